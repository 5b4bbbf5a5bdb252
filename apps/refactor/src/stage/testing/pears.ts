import type { DesignRecord } from '@mle-smith/package';

/** What a design by rules says of a small task. */
export const PEARS: DesignRecord = {
  id: 'pears-weight',
  title: 'Weight of pears',
  objective: 'regression',
  modality: 'tabular',
  domain: '',
  target: { name: 'weight', column: 'weight', description: '', classes: [] },
  metric: { name: 'mae', direction: 'minimize', optimum: 0, reason: 'heavy tails' },
  split: { kind: 'random', testFraction: 0.4, seed: 3, reason: 'rows are independent', trainRows: 3, testRows: 2 },
  submission: {
    id: 'id',
    columns: [
      { name: 'id', kind: 'id' },
      { name: 'weight', kind: 'number' },
    ],
  },
  columns: [{ name: 'length', raw: 'length', type: 'integer', description: '' }],
  ledger: [],
  entities: [],
  lineage: { proposal: 'sha256:0', generation: 1, repairs: [] },
  engine: { name: 'rules', version: '1' },
  question: { question: 'q', user: 'u', decision: 'd', momentOfPrediction: 'm', contamination: { level: 'private', evidence: '' }, skills: [], risks: [] },
  facts: { trainRows: 3, testRows: 2, columns: [], sample: [], sampleScore: 1, target: { distinct: 3 } },
};
