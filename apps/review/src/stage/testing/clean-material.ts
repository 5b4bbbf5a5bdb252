import type { AssertVerdict, RuleResult, TaskManifest } from '@mle-smith/contracts';
import type { Material } from '../judge.ts';

const RULES = [
  'A01',
  'A02',
  'A03',
  'A04',
  'A05',
  'L01',
  'L02',
  'L04',
  'L05',
  'L11',
  'M14',
  'S03',
  'S04',
  'S05',
  'S06',
  'S07',
  'S08',
  'S10',
  'S11',
  'S13',
  'S14',
  'S15',
  'S16',
  'S17',
  'S18',
  'S19',
  'S20',
  'S21',
  'S22',
  'S23',
  'S24',
  'S26',
  'S27',
  'S28',
];

const RESULTS: readonly RuleResult[] = RULES.map((id) => ({
  id,
  title: `rule ${id}`,
  level: 'B',
  phase: 'package',
  status: 'passed',
  measurement: {},
  reason: '',
}));

/** Numbers of a package of 2,000 cars, as the audit leaves them. */
const AUDIT = {
  audit: {
    facts: { id: 'id', target: 'mpg', objective: 'regression', metric: 'rmse', classes: [], group: 'carline', text: [] },
    split: {
      rows: { train: 1600, test: 400, answers: 400, sample: 400 },
      columns: {
        train: ['id', 'carline', 'weight', 'power', 'mpg'],
        test: ['id', 'carline', 'weight', 'power'],
        answers: ['id', 'mpg'],
        sample: ['id', 'mpg'],
      },
      target: { distinct: 50, majority: 0.05 },
      groups: { column: 'carline', train: 160, test: 40, both: 0 },
      raw: { labelled: 2000, used: 2000 },
    },
    leakage: {
      scale: 'r2',
      trivial: 0,
      best: 0.8,
      missingness: 0.1,
      alone: { carline: 0.95, power: 0.5, weight: 0.4 },
      copies: { share: 0.002, columns: 3 },
      textCopies: 0,
      derivations: [] as unknown[],
    },
  },
  metric: { perfect: 0 },
};

const entry = (column: string, kept: boolean, reason = ''): TaskManifest['ledger'][number] => ({
  column,
  availability: 'at',
  evidence: 'on the data sheet',
  kept,
  reason,
});

const MANIFEST: TaskManifest = {
  format: 'mle-smith/1',
  id: 'cars-mpg',
  revision: 'sha256:0',
  title: 'Estimating mpg',
  objective: 'regression',
  modality: 'tabular',
  domain: '',
  dataset: { id: 'cars', digest: 'sha256:1', title: 'Cars' },
  target: { name: 'mpg', column: 'mpg', description: '', classes: [] },
  metric: { name: 'rmse', direction: 'minimize', optimum: 0, reason: 'large misses cost most' },
  split: { kind: 'group', column: 'carline', testFraction: 0.2, seed: 1, reason: 'new model lines', trainRows: 1600, testRows: 400 },
  submission: {
    id: 'id',
    columns: [
      { name: 'id', kind: 'id' },
      { name: 'mpg', kind: 'number' },
    ],
  },
  columns: [
    { name: 'carline', raw: 'carline', type: 'text', description: 'model line' },
    { name: 'weight', raw: 'weight', type: 'integer', description: 'kg' },
    { name: 'power', raw: 'power', type: 'number', description: 'kW' },
  ],
  ledger: [entry('carline', true), entry('weight', true), entry('power', true), entry('tax', false, 'set from the target')],
  entities: [{ column: 'carline', role: 'unseen', evidence: 'rows of one model line' }],
  files: [
    { path: 'raw/cars.csv', sha256: '0', bytes: 1 },
    { path: 'raw/README.md', sha256: '1', bytes: 1 },
  ],
  lineage: { proposal: 'sha256:2', generation: 1, repairs: [] },
  licence: { text: 'CC0-1.0', redistribution: 'allowed' },
  local_only: false,
  engine: { name: 'rules', version: '1' },
  question: {
    question: 'How far does a car go on a gallon?',
    user: 'a car maker',
    decision: 'which design is built',
    momentOfPrediction: 'before the test bench',
    contamination: { level: 'private', evidence: '' },
    skills: [],
    risks: [],
  },
};

const DESCRIPTION = `# Estimating mpg

How far does a car go on a gallon?

Files: train.csv, test.csv, sample_submission.csv.

| column | meaning |
|---|---|
| carline | model line |
| weight | kg |
| power | kW |

Root mean squared error. **Lower is better; 0 is perfect.**

A CSV file with the header \`id,mpg\`; a file with other columns is refused.

Time limit 30 minutes, memory limit 4 GB.
`;

/** What a review reads of a sound package: every dimension gets 5. */
export function cleanMaterial(): Material & { readonly audit: typeof AUDIT; readonly manifest: TaskManifest; readonly description: string } {
  const assert: AssertVerdict = {
    passed: true,
    engine: 'rules',
    version: '1',
    isolation: { kind: 'none', gaps: [] },
    rules: structuredClone(RESULTS) as RuleResult[],
    findings: [],
  };
  return { assert, audit: structuredClone(AUDIT), manifest: structuredClone(MANIFEST), description: DESCRIPTION };
}

/** The same with one rule of the assertions that warned. */
export function withWarning(material: Material, id: string, reason: string): Material {
  return {
    ...material,
    assert: { ...material.assert, rules: material.assert.rules.map((rule) => (rule.id === id ? { ...rule, status: 'warned', reason } : rule)) },
  };
}
