import { Proposal, type Finding } from '@mle-smith/contracts';
import { amend } from './repair.ts';

const READER = { format: 'csv' as const, files: ['t.csv'], encoding: 'utf-8', delimiter: ',', quote: '"', header: true, missing: [] };
const PROPOSAL = Proposal.parse({
  id: 't',
  datasetId: 't',
  title: 't',
  question: '',
  user: '',
  decision: '',
  momentOfPrediction: '',
  modality: 'tabular',
  objective: 'multiclass',
  table: 't',
  reader: READER,
  target: { column: 'y', name: 'y', classes: ['a', 'b', 'c'] },
  inputs: ['one', 'two'],
  ledger: [{ column: 'one', availability: 'at', evidence: 'name', kept: true }],
  entities: [],
  metric: { name: 'macro_f1', reason: '' },
  split: { kind: 'stratified', testFraction: 0.2, seed: 5, reason: '' },
  risks: [],
  skills: [],
  contamination: { level: 'private', evidence: '' },
});

function finding(rule: string, action: NonNullable<Finding['repair']>['action'], columns: string[] = [], value?: string): Finding {
  return {
    rule,
    severity: 'block',
    message: 'measured',
    evidence: {},
    owner: 'designer',
    repair: { action, columns, ...(value === undefined ? {} : { value }) },
  };
}

describe('amending a proposal', () => {
  it('drops a column from the inputs and writes the rule into its ledger line', () => {
    const { proposal, unmended } = amend(PROPOSAL, [finding('S14', 'drop_columns', ['one'])]);

    expect(proposal.inputs).toEqual(['two']);
    expect(proposal.ledger[0]).toMatchObject({ kept: false, reason: 'rule S14: measured' });
    expect(unmended).toEqual([]);
  });

  it('counts a second finding on the same column as mended', () => {
    const { changes, unmended } = amend(PROPOSAL, [finding('S14', 'drop_columns', ['one']), finding('S03', 'drop_columns', ['one'])]);

    expect({ changes: changes.length, unmended }).toEqual({ changes: 1, unmended: [] });
  });

  it('refuses to drop what names a series or a rating', () => {
    const rated = { ...PROPOSAL, ratings: { user: 'one', item: 'two' }, inputs: ['one', 'two', 'three'] };

    expect(amend(rated, [finding('S28', 'drop_columns', ['two'])]).unmended).toHaveLength(1);
    expect(amend(rated, [finding('S28', 'drop_columns', ['three'])]).unmended).toEqual([]);
  });

  it('refuses to drop the last input', () => {
    expect(amend(PROPOSAL, [finding('S14', 'drop_columns', ['one', 'two'])]).unmended).toHaveLength(1);
  });

  it('changes the kind of split for entity overlap and keeps the seed', () => {
    const { proposal } = amend(PROPOSAL, [finding('S08', 'group_split', ['one'])]);

    expect(proposal.split).toMatchObject({ kind: 'group', column: 'one', seed: 5 });
    expect(proposal.entities).toMatchObject([{ column: 'one', role: 'unseen' }]);
  });

  it.each(['X02', 'X03', 'S20', 'S17'])('refuses to resplit because of %s', (rule) => {
    expect(amend(PROPOSAL, [finding(rule, 'group_split', ['one'])]).unmended).toHaveLength(1);
  });

  it('refuses another metric for a finding that is not about the metric', () => {
    expect(amend(PROPOSAL, [finding('X02', 'change_metric', [], 'log_loss')]).unmended).toHaveLength(1);
  });

  it('leaves two classes at least', () => {
    expect(amend(PROPOSAL, [finding('S17', 'merge_rare_classes', ['a', 'b'])]).unmended).toHaveLength(1);
  });

  it('passes over warnings', () => {
    expect(amend(PROPOSAL, [{ ...finding('S14', 'drop_columns', ['one']), severity: 'warn' }]).changes).toEqual([]);
  });
});
