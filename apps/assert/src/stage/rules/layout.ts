import { METRICS, type MetricName } from '@mle-smith/contracts';
import { NO_DESCRIPTION, none, onManifest, when, type Judgement, type Rule } from '../rule.ts';
import type { AssertConfig } from '../../config.ts';
import type { Measurements } from '../measurements.ts';

/** Task ids that belong to well-known benches; a clone under such a name would be taken for the original. */
const BENCH_SLUGS = new Set([
  'titanic',
  'house-prices',
  'house-prices-advanced-regression-techniques',
  'spaceship-titanic',
  'digit-recognizer',
  'aerial-cactus-identification',
  'dog-breed-identification',
  'nomad2018-predict-transparent-conductors',
  'spooky-author-identification',
  'random-acts-of-pizza',
  'jigsaw-toxic-comment-classification-challenge',
]);

export const LAYOUT_RULES: readonly Rule[] = [
  {
    id: 'L01',
    title: 'all required files are there and not empty',
    level: 'B',
    phase: 'package',
    owner: 'refactor',
    judge: ({ audit }) => none(audit.layout.missing, 'required files are missing or empty'),
  },
  {
    id: 'L02',
    title: 'no private file is in public, and no public text refers to one',
    level: 'B',
    phase: 'package',
    owner: 'refactor',
    judge: ({ audit }) => none([...audit.layout.answersInPublic, ...audit.layout.privateReferences], 'public files hold or name private ones'),
  },
  {
    id: 'L03',
    title: 'no link, device or path that leaves the package',
    level: 'B',
    phase: 'package',
    owner: 'refactor',
    judge: ({ audit, irregular }) => none([...irregular, ...audit.layout.irregular], 'files that are no regular files of the package'),
  },
  {
    id: 'L04',
    title: 'every CSV parses strictly',
    level: 'B',
    phase: 'package',
    owner: 'designer',
    judge: ({ audit }) =>
      none(
        [
          ...Object.entries(audit.layout.csv)
            .filter(([, faults]) => faults.length > 0)
            .map(([path, faults]) => `${path} (${faults.join(', ')})`),
          ...audit.layout.unreadable.filter((path) => audit.layout.csv[path]?.length === 0).map((path) => `${path} (not a table)`),
        ],
        'CSV files that are read differently by different readers',
      ),
  },
  {
    id: 'L05',
    title:
      'every file that the description names exists, every public file is described, and public texts are what their reader sees: no hidden letters, no markup that does something',
    level: 'B',
    phase: 'package',
    concerns: 'packages with a description',
    owner: 'designer',
    judge: described,
  },
  {
    id: 'L06',
    title: 'prepare(raw, public, private) is there, is no stub, and imports quietly',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: prepares,
  },
  {
    id: 'L07',
    title: 'metric.py has one class ending in Metrics with the two methods and no constructor arguments',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: oneMetric,
  },
  {
    id: 'L08',
    title: 'the id is a DNS-1123 label and no known bench slug',
    level: 'B',
    phase: 'package',
    concerns: 'packages with a manifest',
    owner: 'none',
    judge: onManifest((manifest) =>
      when(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(manifest.id) && !BENCH_SLUGS.has(manifest.id), `the id "${manifest.id}" cannot be used`, {
        id: manifest.id,
      }),
    ),
  },
  {
    id: 'L09',
    title: 'prepare.py and metric.py use no network, clock, environment or unseeded chance, and hold no hidden letters',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: ({ audit, faultyTexts }) =>
      none(
        [
          ...audit.code.prepare.forbidden.map((use) => `prepare.py: ${use}`),
          ...audit.code.metric.forbidden.map((use) => `metric.py: ${use}`),
          ...told(faultyTexts, (path) => path.endsWith('.py')),
        ],
        'programs use what they must not',
      ),
  },
  {
    id: 'L10',
    title: 'sizes are within bounds',
    level: 'W',
    phase: 'package',
    thresholds: ['maxPackageBytes', 'maxFiles', 'maxFileBytes', 'maxColumns', 'maxRatio'],
    owner: 'none',
    judge: sizes,
  },
  {
    id: 'L11',
    title: 'source, licence and digest of the raw data are recorded',
    level: 'B',
    phase: 'package',
    concerns: 'packages with a manifest',
    owner: 'refactor',
    judge: onManifest((manifest, { files }) =>
      when(
        /^sha256:[0-9a-f]{64}$/.test(manifest.dataset.digest) &&
          manifest.licence.text !== '' &&
          'ATTRIBUTION' in files &&
          (manifest.licence.redistribution === 'allowed' || 'raw.txt' in files),
        'the raw data cannot be traced: digest, licence, ATTRIBUTION or recipe is missing',
        { digest: manifest.dataset.digest, licence: manifest.licence.text },
      ),
    ),
  },
  {
    id: 'L12',
    title: 'the manifest agrees with the files',
    level: 'B',
    phase: 'package',
    concerns: 'packages with a manifest',
    owner: 'refactor',
    judge: onManifest(agrees),
  },
];

function sizes({ audit }: Measurements, limits: AssertConfig): Judgement {
  const { bytes, files, largest, ratio } = audit.layout;
  const columns = audit.split?.columns.train.length ?? null;
  const beyond = [
    ...(bytes > limits.maxPackageBytes ? [`${bytes} bytes`] : []),
    ...(files > limits.maxFiles ? [`${files} files`] : []),
    ...(largest > limits.maxFileBytes ? [`a file of ${largest} bytes`] : []),
    ...((columns ?? 0) > limits.maxColumns ? [`${columns ?? 0} columns`] : []),
    ...(ratio > limits.maxRatio ? [`an archive that unpacks to ${ratio} times its size`] : []),
  ];
  return when(beyond.length === 0, `larger than is useful: ${beyond.join(', ')}`, { bytes, files, largest, columns, ratio });
}

/** Files with what they hold, for a finding. */
function told(faulty: Measurements['faultyTexts'], chosen: (path: string) => boolean): string[] {
  return Object.entries(faulty)
    .filter(([path]) => chosen(path))
    .map(([path, faults]) => `${path} (${faults.join(', ')})`);
}

function described({ audit, faultyTexts }: Measurements): Judgement {
  const { namedButMissing, undescribed } = audit.layout;
  if (audit.description === '') return NO_DESCRIPTION;
  const faulty = told(faultyTexts, (path) => !path.endsWith('.py'));
  if (faulty.length > 0) return none(faulty, 'texts with letters that nobody sees or with markup that does something');
  if (namedButMissing.length > 0) return none(namedButMissing, 'the description names files that are not there');
  return undescribed.length === 0
    ? { status: 'passed', measurement: {} }
    : { status: 'warned', measurement: { undescribed }, message: `public files that the description does not name: ${undescribed.join(', ')}` };
}

function prepares({ audit }: Measurements): Judgement {
  const { fault, signature, stub, sideEffects } = audit.code.prepare;
  const measurement = { signature, stub, sideEffects };
  if (fault !== '') return when(false, `prepare.py cannot be read: ${fault}`, measurement);
  if (signature?.join(',') !== 'raw,public,private')
    return when(false, `prepare takes (${signature?.join(', ') ?? 'nothing: it is missing'}) and must take (raw, public, private)`, measurement);
  return when(!stub && sideEffects.length === 0, stub ? 'prepare is a stub' : `importing prepare.py does something: ${sideEffects.join('; ')}`, measurement);
}

function oneMetric({ audit, metric }: Measurements): Judgement {
  const { fault, classes, methods, needsArguments, sideEffects } = audit.code.metric;
  const measurement = { classes, sideEffects };
  if (fault !== '') return when(false, `metric.py cannot be read: ${fault}`, measurement);
  if (classes.length !== 1) return when(false, `metric.py defines ${classes.length} classes ending in Metrics: ${classes.join(', ')}`, measurement);
  const fits = methods['evaluate']?.join(',') === 'self,y_true,y_pred' && methods['validate_submission']?.join(',') === 'self,submission,ground_truth';
  if (!fits || needsArguments || sideEffects.length > 0)
    return when(
      false,
      `${classes[0] ?? ''} lacks evaluate(y_true, y_pred) or validate_submission(submission, ground_truth), needs arguments, or does something on import`,
      measurement,
    );
  return when(metric === undefined || metric.fault === '', `the metric cannot be made: ${metric?.fault ?? ''}`, measurement);
}

function agrees(manifest: NonNullable<Measurements['manifest']>, { audit, files, revision }: Measurements): Judgement {
  const wrong: string[] = revision === undefined || revision === manifest.revision ? [] : ['the revision is not that of the files and the manifest'];
  for (const { path, sha256 } of manifest.files) if (files[path] !== sha256) wrong.push(`${path} ${path in files ? 'has other bytes' : 'is missing'}`);
  const listed = new Set(manifest.files.map((file) => file.path));
  for (const path of Object.keys(files))
    if (path !== 'task.json' && !path.startsWith('verification/') && !listed.has(path)) wrong.push(`${path} is not listed`);
  const { split } = audit;
  if (split !== null) {
    if (split.rows.train !== manifest.split.trainRows || split.rows.test !== manifest.split.testRows)
      wrong.push(`rows ${split.rows.train}/${split.rows.test}, stated ${manifest.split.trainRows}/${manifest.split.testRows}`);
    for (const side of ['train', 'test'] as const) {
      const told = rowsTold(audit.description, `${side}.csv`);
      if (told !== undefined && told !== split.rows[side]) wrong.push(`the description gives ${side}.csv ${told} rows, it has ${split.rows[side]}`);
      for (const [label, count] of candidatesTold(audit.description, `${side}.csv`)) {
        const held = split.target.classes === undefined ? count : (split.target.classes[label]?.[side] ?? 0);
        if (count !== held) wrong.push(`the description gives ${side}.csv ${count} rows with ${label}, it has ${held}`);
      }
    }
    const stated = new Set([manifest.submission.id, ...manifest.columns.map((column) => column.name)]);
    if (split.columns.test.length !== stated.size || split.columns.test.some((name) => !stated.has(name)))
      wrong.push('the columns of test.csv are not those stated');
    if (!split.columns.train.includes(manifest.target.name)) wrong.push('train.csv lacks the stated target');
    if (split.columns.sample.join('\n') !== manifest.submission.columns.map((column) => column.name).join('\n'))
      wrong.push('the sample submission is not as stated');
  }
  const known = METRICS[manifest.metric.name as MetricName] as (typeof METRICS)[MetricName] | undefined;
  if (known !== undefined && known.direction !== manifest.metric.direction) wrong.push(`${manifest.metric.name} is to be ${known.direction}d`);
  return none(wrong, 'task.json or the description says what the files do not');
}

/** How many rows a text says that a file has; undefined where it does not. */
function rowsTold(text: string, file: string): number | undefined {
  const told = new RegExp(`${file.replace('.', '\\.')}\\W{1,4}(?:(?:has|have|holds|contains|with) )?(\\d[\\d,' ]*) rows?\\b`).exec(text)?.[1];
  return told === undefined ? undefined : Number(told.replace(/\D/g, ''));
}

/** How many rows with 1 and with 0 a text says that a file has; none where it does not. */
function candidatesTold(text: string, file: string): [label: string, count: number][] {
  const told = new RegExp(`${file.replace('.', '\\.')}\\W{1,4}(\\d+) have 1 and (\\d+) have 0\\b`).exec(text);
  return told === null
    ? []
    : [
        ['1', Number(told[1])],
        ['0', Number(told[2])],
      ];
}
