import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../docs/decisions');

describe('the list of decisions', () => {
  it('names every record by its title, in their order', async () => {
    const files = (await readdir(FOLDER)).filter((name) => /^\d{4}-/.test(name)).sort();
    const titles = await Promise.all(files.map(async (name) => (await readFile(join(FOLDER, name), 'utf8')).split('\n')[0]?.replace('# ', '')));
    const listed = (await readFile(join(FOLDER, 'README.md'), 'utf8')).split('\n').filter((line) => line.startsWith('- ['));

    expect(listed).toEqual(files.map((name, place) => `- [${titles[place]}](${name})`));
  });
});
