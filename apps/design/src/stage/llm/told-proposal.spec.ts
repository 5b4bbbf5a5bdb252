import { Proposal } from '@mle-smith/contracts';
import { toldProposal } from './told-proposal.ts';

const COLUMNS = Array.from({ length: 100 }, (_, place) => `measure_of_the_orchard_${place}`);

const WIDE = Proposal.parse({
  id: 'orchard--weight',
  datasetId: 'orchard',
  title: 'Harvest',
  question: 'How heavy is the harvest of a tree?',
  user: 'a grower',
  decision: 'when to pick',
  momentOfPrediction: 'before the harvest',
  modality: 'tabular',
  objective: 'regression',
  table: 'orchard',
  reader: { format: 'parquet', files: ['orchard.parquet'], missing: [] },
  target: { column: 'weight', name: 'weight', description: 'kilograms' },
  inputs: COLUMNS,
  ledger: COLUMNS.map((column) => ({
    column,
    availability: 'before',
    evidence: 'the documentation says that it is measured in spring, and names who measures it',
    kept: true,
  })),
  entities: [],
  metric: { name: 'rmse', reason: 'large misses cost most' },
  split: { kind: 'random', testFraction: 0.25, seed: 11, reason: 'rows are independent' },
  risks: [],
  skills: [],
  contamination: { level: 'private', evidence: 'made for a test' },
  columnNotes: Object.fromEntries(COLUMNS.map((column) => [column, 'what the growers wrote down in the spring before the harvest, as they saw it'])),
});

describe('a proposal of a hundred columns, as the Designer reads it,', () => {
  const [first = '', ...others] = toldProposal(WIDE);

  it.each([
    '"question": "How heavy',
    '"objective": "regression"',
    '"column": "weight"',
    '"name": "rmse"',
    '"kind": "random"',
    '"seed": 11',
    '"user": "a grower"',
  ])('begins with what is asked for: %s', (part) => {
    expect(first).toContain(part);
  });

  it('tells the columns in blocks of their own, none of which is cut', () => {
    const said = others.join('\n');

    expect(first).not.toContain('measure_of');
    expect(said).not.toContain('characters are left out');
    for (const column of COLUMNS) expect(said.split(`"${column}"`)).toHaveLength(4);
  });
});
