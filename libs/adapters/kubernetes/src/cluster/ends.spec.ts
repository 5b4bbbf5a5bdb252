import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ENDS } from './ends.ts';

it('the table of ends in the README is the one of the code', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| `(\w+)`\s*\| (\w+)\s*\| (\w+)\s*\| (.+?)\s*\|$/gm)].map(([, code, failure, charge, advice]) => [
    code,
    { failure, charge, advice },
  ]);

  expect(Object.fromEntries(rows)).toEqual(ENDS);
});
