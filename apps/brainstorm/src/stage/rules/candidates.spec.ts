import { ColumnProfile, TableProfile, type Reader } from '@mle-smith/contracts';
import { BrainstormConfig } from '../../config.ts';
import { targetCandidates } from './candidates.ts';

const RECORDINGS: Reader = {
  format: 'media',
  kind: 'audio',
  files: [],
  folder: 'sounds',
  suffixes: ['.wav'],
  parts: [
    { name: 'word', of: 'stem', place: 0 },
    { name: 'speaker', of: 'stem', place: 1 },
  ],
  broken: [],
  encode: false,
};
const TEXTS: Reader = { format: 'csv', files: ['a.csv'], encoding: 'utf-8', delimiter: ',', quote: '"', header: true, missing: [''] };

function column(name: string, values: number): ColumnProfile {
  const top = Array.from({ length: values }, (_value, place) => ({ value: `${name} ${place}`, count: 400 / values }));
  return ColumnProfile.parse({ name, type: 'categorical', storage: 'string', rows: 400, missing: 0, distinct: values, top });
}

function asked(reader: Reader): string[] {
  const columns = [column('word', 8), column('speaker', 5), column('room', 4)];
  const table = TableProfile.parse({ name: 't', reader, rows: 400, duplicateRows: 0, columns, keys: [] });
  return targetCandidates(table, '', BrainstormConfig.parse({})).candidates.map((candidate) => candidate.column.name);
}

describe('who speaks', () => {
  it('is asked for where rows are recordings', () => {
    expect(asked(RECORDINGS)).toContain('speaker');
  });

  it('is a name where they are not', () => {
    expect(asked(TEXTS)).not.toContain('speaker');
  });
});
