import type { TaskManifest } from '@mle-smith/contracts';
import { TwinIndex } from '@mle-smith/task';
import { AssertConfig } from '../config.ts';
import { judge } from './judge.ts';
import type { Measurements } from './measurements.ts';
import { CONFIG, DATASET, found, manifestOf as manifestIn, measureOrchard, measurements, type Base, type Orchard } from './testing/orchard.ts';

let orchard: Orchard;
beforeAll(async () => void (orchard = await measureOrchard('bases')), 300_000);
const manifestOf = (base: Base, change: Partial<TaskManifest> = {}): TaskManifest => manifestIn(orchard, base, change);

describe('measurements that tell of a fault', () => {
  it.each([
    ['L05', 'data/public/description.txt', '<!--'],
    ['L09', 'utils/metric.py', 'U+202E'],
  ])('%s: %s with %s blocks', (rule, path, fault) => {
    const given = measurements(orchard.bases.group, manifestOf('group'));

    expect(found('block', { ...given, faultyTexts: { [path]: [fault] } })).toEqual([rule]);
  });

  it('M14: the other direction beside the right one blocks', () => {
    const given = measurements(orchard.bases.group, manifestOf('group'));
    const description = `${given.audit.description}\nLower is worse: higher RMSE wins.\n`;

    expect(found('block', { ...given, audit: { ...given.audit, description } })).toEqual(['M14']);
  });

  it('L12: a description that gives a table other rows than it has blocks', () => {
    const given = measurements(orchard.bases.group, manifestOf('group'));
    const told = (rows: number): string => `${given.audit.description}\n- \`train.csv\`: ${rows} rows with the target.\n`;
    const rows = given.audit.split?.rows.train ?? 0;

    expect(found('block', { ...given, audit: { ...given.audit, description: told(rows) } })).toEqual([]);
    expect(found('block', { ...given, audit: { ...given.audit, description: told(rows + 1) } })).toEqual(['L12']);
  });

  it('L12: a description that gives a ranking other numbers of pairs than it has blocks', () => {
    const given = measurements(orchard.bases.group, manifestOf('group'));
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
    const given = measurements(orchard.bases.group, manifestOf('group'));
    const told = (share: number, expected: number): Measurements => {
      const { leakage } = given.audit;
      return { ...given, audit: { ...given.audit, leakage: leakage === null ? null : { ...leakage, movedCopies: { share, expected } } } };
    };

    expect(found('block', told(0.5, 0.02))).toEqual(['S06']);
    expect(found('block', told(0.5, 0.3))).toEqual([]);
    expect(found('block', told(0.04, 0))).toEqual([]);
  });

  it('S06: a text of a pair that stands in train blocks where the package or its names call it a pair, and warns elsewhere', () => {
    const given = measurements(orchard.bases.group, manifestOf('group'));
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
    const given = measurements(orchard.bases.group, manifestOf('group', { ahead: { present: 'size', span: '1 year' } }));
    const told = (mostInTest: number): Measurements => {
      const { split } = given.audit;
      const groups = split?.groups ?? null;
      return { ...given, audit: { ...given.audit, split: split === null || groups === null ? null : { ...split, groups: { ...groups, mostInTest } } } };
    };

    expect(found('block', told(1))).toEqual([]);
    expect(found('block', told(2))).toEqual(['S09']);
  });

  it('S09: rows of series that were drawn without regard to their time block', () => {
    const given = measurements(orchard.bases.classes, manifestOf('classes'));
    const split = given.audit.split === null ? null : { ...given.audit.split, evenSteps: { column: 'age', things: 12, instants: 40, even: 1 } };

    expect(found('block', { ...given, audit: { ...given.audit, split } })).toEqual(['S09']);
  });

  it('S08: files of somebody who is to be new, and has files on both sides, block', () => {
    const manifest = manifestOf('classes');
    const named = { ...manifest, columns: manifest.columns.map((column) => (column.raw === 'soil' ? { ...column, raw: 'speaker' } : column)) };
    const ledger = manifest.ledger.map((entry) => (entry.column === 'soil' ? { ...entry, column: 'speaker' } : entry));
    const given = measurements(orchard.bases.classes, { ...named, ledger });
    const split = given.audit.split === null ? null : { ...given.audit.split, shared: { soil: 0.9 } };

    expect(found('block', { ...given, audit: { ...given.audit, split } })).toEqual(['S08']);
    expect(found('block', given)).toEqual([]);
  });

  describe('S08: where several columns name things that give their rows away', () => {
    const gap = { random: 0.9, group: 0.1, standardError: 0.01 };
    const repairOf = (base: Base, changes: object): object | undefined => {
      const given = measurements(orchard.bases[base], manifestOf(base));
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
      expect(found('warn', measurements(orchard.bases.group, manifestOf('group')), AssertConfig.parse(small))).toEqual(['L10']);
  });

  it.each([
    ['has the same data, target and metric', { dataset: DATASET.digest, target: 'harvest', metric: 'rmse', description: 'Of something else.' }, 'same'],
    ['is told with the same words', { dataset: 'sha256:other', target: 'yield', metric: 'mae', description: '' }, 'alike'],
  ] as const)('X12: a task of the catalogue that %s is named', (_title, change, kind) => {
    const given = measurements(orchard.bases.group, manifestOf('group'));
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
    const given = measurements(orchard.bases.group, manifestOf('group'));

    expect(found('block', { ...given, revision: 'sha256:other' })).toEqual(['L12']);
  });

  it('in what cannot be measured never pass', () => {
    const given = measurements(orchard.bases.group, manifestOf('group'));
    const unmeasured = { ...given, audit: { ...given.audit, leakage: null, unmeasured: 'leakage: ValueError' } };

    expect(found('block', unmeasured)).toEqual(['S06']);
    expect(judge(unmeasured, ['package'], CONFIG, { kind: 'none', gaps: [] }).findings[0]?.message).toMatch(/S06, .* could not be judged: leakage: ValueError/);
  });
});
