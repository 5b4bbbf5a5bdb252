import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskManifest } from '@mle-smith/contracts';
import { DirectJobRunner } from '@mle-smith/environment/testing';
import { canaryOf } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { TwinIndex } from '@mle-smith/task';
import { AssertConfig } from '../config.ts';
import { judge } from './judge.ts';
import { Audit, MetricAudit, Rebuild, type Measurements } from './measurements.ts';
import { RULES } from './rule-table.ts';

type Base = 'group' | 'time' | 'classes' | 'tags';
const BASES: readonly Base[] = ['group', 'time', 'classes', 'tags'];
interface Measured {
  readonly rule?: string;
  readonly base?: Base;
  readonly audit: unknown;
  readonly metric?: unknown;
  readonly rebuilds?: readonly unknown[];
  readonly files: Readonly<Record<string, string>>;
}

const FACTS = {
  group: {
    id: 'id',
    target: 'harvest',
    objective: 'regression',
    metric: 'rmse',
    kind: 'number',
    direction: 'minimize',
    optimum: 0,
    group: 'orchard',
    entities: [{ column: 'orchard', role: 'unseen' }],
  },
  time: { id: 'id', target: 'harvest', objective: 'regression', metric: 'rmse', kind: 'number', direction: 'minimize', optimum: 0, time: 'day' },
  classes: {
    id: 'id',
    target: 'quality',
    objective: 'multiclass',
    metric: 'macro_f1',
    kind: 'label',
    direction: 'maximize',
    optimum: 1,
    classes: ['bad', 'fair', 'good'],
  },
  tags: {
    id: 'id',
    target: 'tags',
    objective: 'tags',
    metric: 'span_f1',
    kind: 'tags',
    direction: 'maximize',
    optimum: 1,
    classes: ['O', 'B-fruit', 'B-place', 'I-place'],
    text: ['tokens'],
  },
} as const;
const DATASET = { id: 'orchards', digest: `sha256:${'0'.repeat(64)}`, title: 'Orchards' };
/** What the jobs are told of each base package. */
const TOLD = Object.fromEntries(
  Object.entries(FACTS).map(([base, facts]) => [
    base,
    { ...facts, canary: canaryOf({ id: 'orchards--harvest', dataset: DATASET, target: { column: facts.target } }) },
  ]),
);
const CONFIG = AssertConfig.parse({});
const PROGRAMS = ['age', 'water', 'soil', 'wind', 'spacing', 'height'];

let bases: Record<Base, Measured>;
let defects: Record<string, Measured>;

beforeAll(async () => {
  const artifacts = new InMemoryArtifactStore();
  const folder = join(import.meta.dirname, 'testing', 'orchard');
  const programs = await Promise.all(
    ['packages.py', 'changes.py', 'notations.py', 'defects.py', 'measure.py'].map(
      async (name) => [name, new Uint8Array(await readFile(join(folder, name)))] as const,
    ),
  );
  const result = await new DirectJobRunner({ artifacts }).run({
    name: 'planted',
    zone: 'measure',
    trust: 'ours',
    run: { script: 'measure.py', arguments: ['/input/facts.json', '/output/measured.json'] },
    inputs: [],
    files: { ...Object.fromEntries(programs), 'facts.json': new TextEncoder().encode(JSON.stringify(TOLD)) },
    outputs: ['measured.json'],
    limits: { wallMs: 300_000 },
  });
  expect(result.message).toBe('');
  ({ bases, defects } = JSON.parse(new TextDecoder().decode(await artifacts.get(result.outputs[0]?.digest ?? ''))) as {
    bases: typeof bases;
    defects: typeof defects;
  });
}, 300_000);

/** The manifest that a base package would have. */
function manifestOf(base: Base, change: Partial<TaskManifest> = {}): TaskManifest {
  const { audit, files } = bases[base];
  const facts = FACTS[base];
  const { split } = Audit.parse(audit);
  const column = base === 'group' ? 'orchard' : base === 'time' ? 'day' : undefined;
  const inputs = base === 'tags' ? FACTS.tags.text : [...(column === undefined ? [] : [column]), ...PROGRAMS];
  return TaskManifest.parse({
    format: 'mle-smith/1',
    id: 'orchards--harvest',
    revision: '',
    title: 'Harvest',
    objective: facts.objective,
    modality: base === 'tags' ? 'text' : 'tabular',
    dataset: DATASET,
    target: { name: facts.target, column: facts.target, description: '', classes: 'classes' in facts ? facts.classes : [] },
    metric: { name: facts.metric, direction: facts.direction, optimum: facts.optimum, reason: 'test' },
    split: {
      kind: base === 'group' ? 'group' : base === 'time' ? 'temporal' : base === 'classes' ? 'stratified' : 'random',
      ...(column === undefined ? {} : { column }),
      testFraction: 0.3,
      seed: 1,
      reason: 'test',
      trainRows: split?.rows.train,
      testRows: split?.rows.test,
    },
    submission: {
      id: 'id',
      columns: [
        { name: 'id', kind: 'id' },
        { name: facts.target, kind: facts.kind },
      ],
    },
    columns: inputs.map((name) => ({ name, raw: name, type: 'number', description: '' })),
    ledger: inputs.map((name) => ({ column: name, availability: 'at', evidence: 'test', kept: true })),
    entities: base === 'group' ? [{ column: 'orchard', role: 'unseen', evidence: 'test' }] : [],
    files: Object.entries(files).map(([path, sha256]) => ({ path, sha256, bytes: 1 })),
    lineage: { proposal: '', generation: 1, repairs: [] },
    licence: { text: 'CC0-1.0', redistribution: 'allowed' },
    local_only: false,
    engine: { name: 'rules', version: '1' },
    question: { question: 'q', user: 'u', decision: 'd', momentOfPrediction: 'm', contamination: { level: 'private', evidence: 'e' }, skills: [], risks: [] },
    ...change,
  });
}

function measurements(measured: Measured, manifest: TaskManifest): Measurements {
  return {
    audit: Audit.parse(measured.audit),
    metric: measured.metric === undefined ? undefined : MetricAudit.parse(measured.metric),
    rebuilds: measured.rebuilds?.map((run) => Rebuild.parse(run)),
    files: measured.files,
    manifest,
    revision: undefined,
    irregular: [],
    faultyTexts: {},
  };
}

/** Ids of the rules that block, or that warn. */
function found(severity: 'block' | 'warn', given: Measurements, config = CONFIG): string[] {
  const { findings } = judge(given, ['design', 'package'], config, { kind: 'none', gaps: [] });
  return findings.filter((finding) => finding.severity === severity).map((finding) => finding.rule);
}

/** Whether a rule finds something, as hard as its level says. */
function caught(rule: string, given: Measurements): boolean {
  const level = RULES.find((candidate) => candidate.id === rule)?.level;
  return found(level === 'W' ? 'warn' : 'block', given).includes(rule);
}

/** Rules whose planted defect is in the manifest, not in a file. */
const IN_MANIFEST: readonly (readonly [title: string, rule: string, change: () => Partial<TaskManifest>])[] = [
  ['the id is that of a known bench', 'L08', () => ({ id: 'titanic' })],
  ['the raw data cannot be traced', 'L11', () => ({ dataset: { id: 'orchards', digest: '', title: '' } })],
  [
    'a stated digest is not that of the file',
    'L12',
    () => ({ files: manifestOf('group').files.map((file, index) => (index === 0 ? { ...file, sha256: '0'.repeat(64) } : file)) }),
  ],
  [
    'the label is derived from an input',
    'S26',
    () => ({ target: { ...manifestOf('group').target, derivation: { expression: 'table["water"] * 2', sources: ['water'], reason: 'test' } } }),
  ],
  [
    'an input is known only afterwards',
    'S28',
    () => ({ ledger: manifestOf('group').ledger.map((entry) => (entry.column === 'water' ? { ...entry, availability: 'after' as const } : entry)) }),
  ],
  [
    'the label cuts a number at its median',
    'S26',
    () => ({
      target: { ...manifestOf('group').target, derivation: { expression: 'table["yield"] > table["yield"].median()', sources: ['yield'], reason: 'test' } },
    }),
  ],
  [
    'an input says by its name that it comes later, and the ledger does not',
    'S28',
    () => ({
      columns: manifestOf('group').columns.map((column) => (column.raw === 'water' ? { ...column, raw: 'follow_up_days' } : column)),
      ledger: manifestOf('group').ledger.map((entry) => (entry.column === 'water' ? { ...entry, column: 'follow_up_days' } : entry)),
    }),
  ],
  ['an input is missing in the ledger', 'S28', () => ({ ledger: manifestOf('group').ledger.slice(1) })],
  ['another share of test rows is declared', 'S16', () => ({ split: { ...manifestOf('group').split, testFraction: 0.1 } })],
  ['the manifest states the other direction', 'M14', () => ({ metric: { ...manifestOf('group').metric, direction: 'maximize' } })],
];

describe('sound packages', () => {
  it.each<Base>(BASES)('split by %s pass every rule', (base) => {
    const given = measurements(bases[base], manifestOf(base));

    expect([...found('block', given), ...found('warn', given)]).toEqual([]);
  });

  it('have every rule of both phases listed with its measurement', () => {
    const { rules } = judge(measurements(bases.group, manifestOf('group')), ['design', 'package'], CONFIG, { kind: 'none', gaps: [] });

    expect(rules.map((rule) => rule.id)).toEqual(RULES.map((rule) => rule.id));
    expect(rules.filter((rule) => rule.status === 'not_measured')).toEqual([]);
  });
});

describe('a rule that does not apply', () => {
  it.each<Base>(BASES)("says why, on a package split by %s as on a stranger's", (base) => {
    const ours = measurements(bases[base], manifestOf(base));
    const strangers = { ...ours, manifest: undefined, rebuilds: undefined };

    for (const given of [ours, strangers]) {
      const { rules } = judge(given, ['design', 'package'], CONFIG, { kind: 'none', gaps: [] });
      const silent = rules.filter((rule) => rule.status === 'not_applicable' && rule.reason.trim() === '');

      expect(rules.some((rule) => rule.status === 'not_applicable')).toBe(true);
      expect(silent).toEqual([]);
    }
  });
});

describe('the thresholds of a rule', () => {
  it('are those that its row names', () => {
    const undeclared = new Set<string>();
    for (const { base, audit, metric, rebuilds, files } of [...Object.values(bases), ...Object.values(defects)]) {
      const whole = bases[base ?? 'group'];
      const given = measurements({ audit, metric: metric ?? whole.metric, rebuilds: rebuilds ?? whole.rebuilds ?? [], files }, manifestOf(base ?? 'group'));
      for (const rule of RULES) {
        const watched = new Proxy(CONFIG, {
          get(config, name) {
            if (typeof name === 'string' && !(rule.thresholds ?? []).includes(name as keyof AssertConfig)) undeclared.add(`${rule.id} ${name}`);
            return Reflect.get(config, name) as unknown;
          },
        });
        rule.judge(given, watched);
      }
    }

    expect([...undeclared]).toEqual([]);
  });
});

describe('planted defects', () => {
  it('are each caught by their rule', () => {
    const missed = Object.entries(defects)
      .filter(([, measured]) => !caught(measured.rule ?? '', measurements(measured, manifestOf(measured.base ?? 'group'))))
      .map(([title, measured]) => `${measured.rule ?? ''}: ${title}`);

    expect(missed).toEqual([]);
    expect(Object.keys(defects).length).toBeGreaterThan(85);
  });

  it.each(IN_MANIFEST)('%s: %s', (_title, rule, change) => {
    expect(caught(rule, measurements(bases.group, manifestOf('group', change())))).toBe(true);
  });

  it('are to be mended in columns that are named as the raw table names them', () => {
    const unknown = new Set<string>();
    for (const { base = 'group', ...measured } of Object.values(defects)) {
      const manifest = manifestOf(base);
      const raw = (name: string): string => `raw ${name}`;
      const column = manifest.split.column;
      const given = measurements(measured, {
        ...manifest,
        columns: manifest.columns.map((entry) => ({ ...entry, raw: raw(entry.name) })),
        ledger: manifest.ledger.map((entry) => ({ ...entry, column: raw(entry.column) })),
        entities: manifest.entities.map((entity) => ({ ...entity, column: raw(entity.column) })),
        split: { ...manifest.split, ...(column === undefined ? {} : { column: raw(column) }) },
      });
      for (const { rule, repair } of judge(given, ['design', 'package'], CONFIG, { kind: 'none', gaps: [] }).findings)
        for (const name of repair === undefined || repair.action === 'merge_rare_classes' ? [] : repair.columns)
          if (manifest.columns.some((entry) => entry.name === name)) unknown.add(`${rule} ${name}`);
    }

    expect([...unknown]).toEqual([]);
  });

  it('are planted for every rule', () => {
    const planted = new Set(['L10', 'X12', ...Object.values(defects).map((measured) => measured.rule), ...IN_MANIFEST.map(([, rule]) => rule)]);

    expect(RULES.filter((rule) => !planted.has(rule.id)).map((rule) => rule.id)).toEqual([]);
  });

  it.each([
    ['L05', 'data/public/description.txt', '<!--'],
    ['L09', 'utils/metric.py', 'U+202E'],
  ])('%s: %s with %s blocks', (rule, path, fault) => {
    const given = measurements(bases.group, manifestOf('group'));

    expect(found('block', { ...given, faultyTexts: { [path]: [fault] } })).toEqual([rule]);
  });

  it('M14: the other direction beside the right one blocks', () => {
    const given = measurements(bases.group, manifestOf('group'));
    const description = `${given.audit.description}\nLower is worse: higher RMSE wins.\n`;

    expect(found('block', { ...given, audit: { ...given.audit, description } })).toEqual(['M14']);
  });

  it('L12: a description that gives a table other rows than it has blocks', () => {
    const given = measurements(bases.group, manifestOf('group'));
    const told = (rows: number): string => `${given.audit.description}\n- \`train.csv\`: ${rows} rows with the target.\n`;
    const rows = given.audit.split?.rows.train ?? 0;

    expect(found('block', { ...given, audit: { ...given.audit, description: told(rows) } })).toEqual([]);
    expect(found('block', { ...given, audit: { ...given.audit, description: told(rows + 1) } })).toEqual(['L12']);
  });

  it('L12: a description that gives a ranking other numbers of pairs than it has blocks', () => {
    const given = measurements(bases.group, manifestOf('group'));
    const { split } = given.audit;
    if (split === null) throw new RangeError('the base has a split');
    const classes = { '0': { train: 26, test: 12 }, '1': { train: 10, test: 3 } };
    const told = (others: number): Measurements => ({
      ...given,
      audit: {
        ...given.audit,
        split: { ...split, target: { ...split.target, classes } },
        description: `${given.audit.description}\nOf the rows of \`train.csv\`, 10 have 1 and ${others} have 0.\n`,
      },
    });

    expect(found('block', told(26))).toEqual([]);
    expect(found('block', told(40))).toEqual(['L12']);
  });

  it('S06: things that are followed under two names block, however their numbers are moved; what chance gives does not', () => {
    const given = measurements(bases.group, manifestOf('group'));
    const told = (share: number, expected: number): Measurements => {
      const { leakage } = given.audit;
      return { ...given, audit: { ...given.audit, leakage: leakage === null ? null : { ...leakage, movedCopies: { share, expected } } } };
    };

    expect(found('block', told(0.5, 0.02))).toEqual(['S06']);
    expect(found('block', told(0.5, 0.3))).toEqual([]);
    expect(found('block', told(0.04, 0))).toEqual([]);
  });

  it('S06: a text of a pair that stands in train blocks where the package or its names call it a pair, and warns elsewhere', () => {
    const given = measurements(bases.group, manifestOf('group'));
    const told = (share: number, stated: boolean): Measurements => {
      const { leakage } = given.audit;
      return {
        ...given,
        audit: { ...given.audit, leakage: leakage === null ? null : { ...leakage, sharedTexts: { columns: ['one', 'other'], share, stated } } },
      };
    };

    expect(found('block', told(0.2, true))).toEqual(['S06']);
    expect(found('block', told(0.2, false))).toEqual([]);
    expect(found('warn', told(0.2, false))).toContain('S06');
    expect(found('warn', told(0.02, true))).toContain('S06');
    expect(found('warn', told(0.005, true))).not.toContain('S06');
  });

  it('S09: two test rows of something that is followed through time block: the later one holds the answer of the earlier one', () => {
    const given = measurements(bases.group, manifestOf('group', { ahead: { present: 'size', span: '1 year' } }));
    const told = (mostInTest: number): Measurements => {
      const { split } = given.audit;
      const groups = split?.groups ?? null;
      return { ...given, audit: { ...given.audit, split: split === null || groups === null ? null : { ...split, groups: { ...groups, mostInTest } } } };
    };

    expect(found('block', told(1))).toEqual([]);
    expect(found('block', told(2))).toEqual(['S09']);
  });

  it('S09: rows of series that were drawn without regard to their time block', () => {
    const given = measurements(bases.classes, manifestOf('classes'));
    const split = given.audit.split === null ? null : { ...given.audit.split, evenSteps: { column: 'age', things: 12, instants: 40, even: 1 } };

    expect(found('block', { ...given, audit: { ...given.audit, split } })).toEqual(['S09']);
  });

  it('S08: files of somebody who is to be new, and has files on both sides, block', () => {
    const manifest = manifestOf('classes');
    const named = { ...manifest, columns: manifest.columns.map((column) => (column.raw === 'soil' ? { ...column, raw: 'speaker' } : column)) };
    const ledger = manifest.ledger.map((entry) => (entry.column === 'soil' ? { ...entry, column: 'speaker' } : entry));
    const given = measurements(bases.classes, { ...named, ledger });
    const split = given.audit.split === null ? null : { ...given.audit.split, shared: { soil: 0.9 } };

    expect(found('block', { ...given, audit: { ...given.audit, split } })).toEqual(['S08']);
    expect(found('block', given)).toEqual([]);
  });

  describe('S08: where several columns name things that give their rows away', () => {
    const gap = { random: 0.9, group: 0.1, standardError: 0.01 };
    const repairOf = (base: Base, changes: object): object | undefined => {
      const given = measurements(bases[base], manifestOf(base));
      const leakage = given.audit.leakage === null ? null : { ...given.audit.leakage, best: 0.9, trivial: 0, ...changes };
      const { findings } = judge({ ...given, audit: { ...given.audit, leakage } }, ['package'], CONFIG, { kind: 'none', gaps: [] });
      return findings.find((finding) => finding.rule === 'S08')?.repair;
    };

    it('the split goes by the coarsest: an album is by one artist', () => {
      const nested = { undeclared: { album: gap, artist: gap }, within: { album: ['artist'], artist: [] } };

      expect(repairOf('classes', nested)).toEqual({ action: 'group_split', columns: ['artist'] });
    });

    it('groups that lie within others are split by those', () => {
      expect(repairOf('group', { undeclared: { region: gap }, within: { orchard: ['region'], region: [] } })).toEqual({
        action: 'group_split',
        columns: ['region'],
      });
    });

    it('a column that would tear the held-out groups is left out', () => {
      expect(repairOf('group', { twins: { composer: 0.5 }, within: { orchard: [], composer: [] } })).toEqual({ action: 'drop_columns', columns: ['composer'] });
    });
  });

  it('L10: a package beyond the configured size is told', () => {
    for (const small of [{ maxColumns: 3 }, { maxFiles: 2 }, { maxFileBytes: 100 }, { maxPackageBytes: 1_000 }])
      expect(found('warn', measurements(bases.group, manifestOf('group')), AssertConfig.parse(small))).toEqual(['L10']);
  });

  it.each([
    ['has the same data, target and metric', { dataset: DATASET.digest, target: 'harvest', metric: 'rmse', description: 'Of something else.' }, 'same'],
    ['is told with the same words', { dataset: 'sha256:other', target: 'yield', metric: 'mae', description: '' }, 'alike'],
  ] as const)('X12: a task of the catalogue that %s is named', (_title, change, kind) => {
    const given = measurements(bases.group, manifestOf('group'));
    const { description } = given.audit;
    const catalogue = new TwinIndex();
    catalogue.add({ id: 'plums--harvest', ...change, ...(change.description === '' ? { description } : {}) });

    const twin = catalogue.twinOf({ id: 'orchards--harvest', dataset: DATASET.digest, target: 'harvest', metric: 'rmse', description });
    const { findings } = judge({ ...given, catalogue: { tasks: 1, twin } }, ['package'], CONFIG, { kind: 'none', gaps: [] });

    expect(findings.map(({ rule, severity, evidence }) => ({ rule, severity, evidence }))).toEqual([
      { rule: 'X12', severity: 'warn', evidence: { tasks: 1, twin: { of: 'plums--harvest', kind, similarity: 1 } } },
    ]);
  });

  it('L12: a revision that is not that of files and manifest blocks', () => {
    const given = measurements(bases.group, manifestOf('group'));

    expect(found('block', { ...given, revision: 'sha256:other' })).toEqual(['L12']);
  });

  it('in what cannot be measured never pass', () => {
    const given = measurements(bases.group, manifestOf('group'));
    const unmeasured = { ...given, audit: { ...given.audit, leakage: null, unmeasured: 'leakage: ValueError' } };

    expect(found('block', unmeasured)).toEqual(['S06']);
    expect(judge(unmeasured, ['package'], CONFIG, { kind: 'none', gaps: [] }).findings[0]?.message).toMatch(/S06, .* could not be judged: leakage: ValueError/);
  });

  it('give repairs that name raw columns where design can mend them', () => {
    const { findings } = judge(measurements(defects['one column all but gives the target']!, manifestOf('group')), ['package'], CONFIG, {
      kind: 'none',
      gaps: [],
    });

    expect(findings.find((finding) => finding.rule === 'S14')?.repair).toEqual({ action: 'drop_columns', columns: ['scale_reading'] });
  });
});
