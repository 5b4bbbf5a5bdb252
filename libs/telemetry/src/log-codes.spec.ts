import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TERMINAL_STATES } from '@mle-smith/contracts';
import { LOG_CODES } from './log-codes.ts';

/** Written by the name of what they tell of. */
const COMPOSED: readonly string[] = ['stage.started', 'stage.fenced', 'stage.released', 'bus.paused', 'bus.resumed', ...TERMINAL_STATES];

describe('the table of log codes', () => {
  it('has no row that nobody writes', async () => {
    const root = join(import.meta.dirname, '../../..');
    const texts: string[] = [];
    for (const folder of ['apps', 'libs'])
      for await (const file of glob('**/src/**/*.ts', { cwd: join(root, folder), exclude: (name) => name === 'testing' || name === 'node_modules' }))
        if (!/(\.spec|log-codes)\.ts$/.test(file)) texts.push(await readFile(join(root, folder, file), 'utf8'));
    const ours = texts.join('\n');

    expect(Object.keys(LOG_CODES).filter((code) => !COMPOSED.includes(code) && !ours.includes(`'${code}'`))).toEqual([]);
  });
});
