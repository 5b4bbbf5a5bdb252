import type { CsvTable } from './csv-table.ts';

export type CellType = 'integer' | 'number' | 'text';

const INTEGER = /^[+-]?\d{1,15}$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** What all cells of each column of some tables are; an empty cell is a missing one, and makes whole numbers numbers as pandas does. */
export function columnTypes(tables: readonly CsvTable[]): Readonly<Record<string, CellType>> {
  const types: Record<string, CellType> = {};
  for (const name of new Set(tables.flatMap((table) => table.columns))) {
    const having = tables.filter((table) => table.columns.includes(name));
    let [whole, numeric, some] = [true, true, false];
    for (const table of having) {
      const place = table.columns.indexOf(name);
      for (const row of table.rows) {
        const cell = row[place] ?? '';
        if (cell === '') {
          whole = false;
          continue;
        }
        some = true;
        whole &&= INTEGER.test(cell);
        numeric &&= whole || NUMBER.test(cell);
        if (!numeric) break;
      }
    }
    types[name] = !some || !numeric ? 'text' : whole ? 'integer' : 'number';
  }
  return types;
}
