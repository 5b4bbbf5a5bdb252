import { METRICS, isMetricName, type MetricSpec } from '@mle-smith/contracts';
import { faultless } from '@mle-smith/package';
import { AUDIT, DESCRIPTION, MANIFEST, fault, openRules, rulePlace, support, type Judge } from '../claim.ts';
import { at, cite, listAt, textAt, type Quote, type Sources } from '../sources.ts';

const DIMENSION = 'description_clarity';
const FILES = ['train.csv', 'test.csv', 'sample_submission.csv'];
const UNDOCUMENTED = 'not documented by the source';
/** Text that speaks to a program that reads it instead of to a participant. */
const INSTRUCTION =
  /\b(?:ignore|disregard|forget)\b[^.\n]{0,40}\b(?:previous|prior|above|earlier|all)\b[^.\n]{0,40}\b(?:instructions?|rules?|prompts?)\b|\byou are (?:now )?(?:a|an) (?:helpful )?(?:assistant|language model|ai)\b|\bsystem prompt\b|<\/?(?:system|assistant)>/i;

interface Part {
  readonly name: string;
  readonly found: boolean;
  /** What the description lacks without it, in points. */
  readonly points: number;
}

/** A stranger can work from the text alone. */
export const judgeDescription: Judge = (sources, { undocumented: limit }) => {
  const text = textAt(sources, DESCRIPTION);
  const open = openRules(sources, DIMENSION, { A01: 2, A03: 2, L05: 1, X10: 1, X13: 1 });
  const presence = cite(sources, rulePlace('L05', 'status'), rulePlace('L01', 'status'));
  if (text === '') return [...open, ...fault(DIMENSION, 5, true, 'there is no description', presence, { category: 'L', suggestion: 'write description.txt' })];
  const opening = line(text, 0);
  const parts = partsOf(text, sources);
  const columns = inputsOf(sources);
  const bare = text.split(UNDOCUMENTED).length - 1;
  const injected = INSTRUCTION.exec(text);
  return [
    ...open,
    ...parts
      .filter((part) => !part.found)
      .flatMap((part) => fault(DIMENSION, part.points, true, `it does not say: ${part.name}`, opening, { suggestion: `state ${part.name}` })),
    ...fault(
      DIMENSION,
      bare >= columns.length ? 2 : 1,
      columns.length > 0 && bare / columns.length > limit,
      `${bare} of ${columns.length} columns are named but not explained`,
      [{ source: DESCRIPTION, text: UNDOCUMENTED }],
      { owner: 'none', suggestion: 'find documentation for the columns' },
    ),
    ...(injected === null
      ? []
      : fault(DIMENSION, 2, true, 'it holds text that gives instructions to a program', [{ source: DESCRIPTION, text: injected[0] }], {
          suggestion: 'leave the text out',
        })),
    ...support(
      DIMENSION,
      `it states ${parts
        .filter((part) => part.found)
        .map((part) => part.name)
        .join(', ')}`,
      statements(text, sources),
    ),
  ];
};

function partsOf(text: string, sources: Sources): readonly Part[] {
  const lower = text.toLowerCase();
  const question = textAt(sources, at(MANIFEST, 'question', 'question'));
  const header = headerOf(sources);
  const metric = metricOf(sources);
  // Descriptions hold names and words of a dataset without what keeps a text from being what its reader sees.
  const says = (words: string): boolean => [words, faultless(words)].some((form) => flat(text).includes(flat(form)));
  const unnamed = inputsOf(sources).filter((name) => !says(name.replace(/\|/g, '/')));
  return [
    {
      name: 'the question',
      found: question === '' ? /\b(?:predict|classif|estimat|forecast|rank)/i.test(text) : says(question),
      points: 2,
    },
    { name: 'the files', found: FILES.every((file) => text.includes(file)), points: 2 },
    { name: unnamed.length === 0 ? 'every column' : `the columns ${unnamed.slice(0, 5).join(', ')}`, found: unnamed.length === 0, points: 1 },
    { name: 'the header of a submission', found: header === '' || says(header), points: 3 },
    { name: 'the metric', found: metric === undefined || lower.includes(metric.title.toLowerCase()) || lower.includes(metric.name), points: 3 },
    { name: 'the direction of the score', found: /\b(?:higher|lower|larger|smaller) is better\b|\b(?:maximi[sz]e|minimi[sz]e)\b/.test(lower), points: 2 },
    { name: 'when a file is refused', found: /\b(?:refused|rejected|invalid)\b/.test(lower), points: 1 },
    { name: 'limits of time and memory', found: /\btime limit\b/.test(lower) && /\bmemory limit\b/.test(lower), points: 1 },
  ];
}

/** Lines of the description that a participant needs most. */
function statements(text: string, sources: Sources): Quote[] {
  const wanted = [headerOf(sources), 'is better', 'train.csv'].filter((part) => part !== '');
  return wanted.flatMap((part) => (text.includes(part) ? line(text, text.indexOf(part)) : []));
}

function line(text: string, position: number): Quote[] {
  const found =
    text
      .slice(text.lastIndexOf('\n', position) + 1)
      .split('\n')[0]
      ?.trim()
      .slice(0, 160) ?? '';
  return found === '' ? [] : [{ source: DESCRIPTION, text: found }];
}

function headerOf(sources: Sources): string {
  return listAt(sources, at(AUDIT, 'audit', 'split', 'columns', 'sample')).join(',');
}

function inputsOf(sources: Sources): string[] {
  const identity = textAt(sources, at(AUDIT, 'audit', 'facts', 'id'));
  return listAt(sources, at(AUDIT, 'audit', 'split', 'columns', 'test')).filter((name): name is string => typeof name === 'string' && name !== identity);
}

function metricOf(sources: Sources): MetricSpec | undefined {
  const name = textAt(sources, at(AUDIT, 'audit', 'facts', 'metric'));
  return isMetricName(name) ? METRICS[name] : undefined;
}

function flat(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .toLowerCase();
}
