import type { TaskManifest } from '@mle-smith/contracts';
import type { AssertConfig } from '../config.ts';
import { judge } from './judge.ts';
import type { Measurements } from './measurements.ts';
import { RULES } from './rule-table.ts';
import { BASES, CONFIG, found, manifestOf as manifestIn, measureOrchard, measurements, type Base, type Orchard } from './testing/orchard.ts';

let orchard: Orchard;
beforeAll(async () => void (orchard = await measureOrchard('defects')), 300_000);
const manifestOf = (base: Base, change: Partial<TaskManifest> = {}): TaskManifest => manifestIn(orchard, base, change);

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
    const given = measurements(orchard.bases[base], manifestOf(base));

    expect([...found('block', given), ...found('warn', given)]).toEqual([]);
  });

  it('have every rule of both phases listed with its measurement', () => {
    const { rules } = judge(measurements(orchard.bases.group, manifestOf('group')), ['design', 'package'], CONFIG, { kind: 'none', gaps: [] });

    expect(rules.map((rule) => rule.id)).toEqual(RULES.map((rule) => rule.id));
    expect(rules.filter((rule) => rule.status === 'not_measured')).toEqual([]);
  });
});

describe('a rule that does not apply', () => {
  it.each<Base>(BASES)("says why, on a package split by %s as on a stranger's", (base) => {
    const ours = measurements(orchard.bases[base], manifestOf(base));
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
    for (const { base, audit, metric, rebuilds, files } of [...Object.values(orchard.bases), ...Object.values(orchard.defects)]) {
      const whole = orchard.bases[base ?? 'group'];
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
    const missed = Object.entries(orchard.defects)
      .filter(([, measured]) => !caught(measured.rule ?? '', measurements(measured, manifestOf(measured.base ?? 'group'))))
      .map(([title, measured]) => `${measured.rule ?? ''}: ${title}`);

    expect(missed).toEqual([]);
    expect(Object.keys(orchard.defects).length).toBeGreaterThan(85);
  });

  it.each(IN_MANIFEST)('%s: %s', (_title, rule, change) => {
    expect(caught(rule, measurements(orchard.bases.group, manifestOf('group', change())))).toBe(true);
  });

  it('are to be mended in columns that are named as the raw table names them', () => {
    const unknown = new Set<string>();
    for (const { base = 'group', ...measured } of Object.values(orchard.defects)) {
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
    const planted = new Set(['L10', 'X12', ...Object.values(orchard.defects).map((measured) => measured.rule), ...IN_MANIFEST.map(([, rule]) => rule)]);

    expect(RULES.filter((rule) => !planted.has(rule.id)).map((rule) => rule.id)).toEqual([]);
  });

  it('give repairs that name raw columns where design can mend them', () => {
    const { findings } = judge(measurements(orchard.defects['one column all but gives the target']!, manifestOf('group')), ['package'], CONFIG, {
      kind: 'none',
      gaps: [],
    });

    expect(findings.find((finding) => finding.rule === 'S14')?.repair).toEqual({ action: 'drop_columns', columns: ['scale_reading'] });
  });
});
