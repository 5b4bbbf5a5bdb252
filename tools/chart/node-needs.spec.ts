import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeNeeds } from './node-needs.ts';

const PAGE = join(import.meta.dirname, '../../docs/operations/kubernetes.md');

describe('what the page about Kubernetes says that nodes must have', () => {
  it('is what the values of the chart and the orders of pods come to', async () => {
    const page = await readFile(PAGE, 'utf8');
    const [, table = ''] = /^What nodes must have.*?\n\n((?:\|.*\n)+)/m.exec(page) ?? [];
    const rows = table.trim().split('\n').slice(2);

    const { rows: needs, sentence } = nodeNeeds();

    expect(
      rows.map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
    ).toEqual(needs);
    expect(page).toContain(sentence);
  });
});
