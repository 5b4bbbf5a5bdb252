import { columnTypes } from './column-types.ts';
import { formatCsv, parseCsv } from './csv-table.ts';

describe('tables of comma-separated text', () => {
  it.each([
    ['plain cells', 'a,b\n1,2\n', [['1', '2']]],
    ['quotes, commas and line ends in cells', 'a,b\n"x, ""y""","two\nlines"\n', [['x, "y"', 'two\nlines']]],
    [
      'empty cells at either end',
      'a,b\n,\n1,\n',
      [
        ['', ''],
        ['1', ''],
      ],
    ],
    ['line ends of Windows', 'a,b\r\n1,2\r\n', [['1', '2']]],
    ['no line end at the end', 'a,b\n1,2', [['1', '2']]],
    ['an empty quoted cell and an empty cell at the very end', 'a,b\n"",', [['', '']]],
  ])('are read with %s', (_case, text, rows) => {
    expect(parseCsv(text)).toEqual({ columns: ['a', 'b'], rows });
  });

  it('come back as they were written', () => {
    const table = {
      columns: ['id', 'a "b"'],
      rows: [
        ['1', 'x,y'],
        ['2', ''],
        ['3', 'two\nlines'],
      ],
    };

    expect(parseCsv(formatCsv(table))).toEqual(table);
  });

  it('tell whole numbers, numbers and text by all cells of all tables', () => {
    const one = {
      columns: ['i', 'n', 't', 'm', 'e'],
      rows: [
        ['1', '1', 'a', '1', ''],
        ['-2', '2.5e3', '4', '', ''],
      ],
    };
    const other = { columns: ['i'], rows: [['7']] };

    expect(columnTypes([one, other])).toEqual({ i: 'integer', n: 'number', t: 'text', m: 'number', e: 'text' });
  });
});
