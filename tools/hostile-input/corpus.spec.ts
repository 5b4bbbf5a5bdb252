import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { INJECTIONS } from '@mle-smith/agent/testing';

const APPS = join(import.meta.dirname, '..', '..', 'apps');

describe('the corpus of injections', () => {
  it('holds fifty and more that differ, from every place that a stranger writes to', () => {
    expect(new Set(INJECTIONS.map(({ text }) => text)).size).toBeGreaterThanOrEqual(50);
    expect(new Set(INJECTIONS.map(({ place, intent }) => `${place}: ${intent}`)).size).toBe(INJECTIONS.length);
    expect(new Set(INJECTIONS.map(({ place }) => place)).size).toBe(10);
  });

  it('runs against every agent that there is', async () => {
    const stations = await readdir(APPS);
    const folders = stations.map((station) => join(APPS, station, 'src', 'stage', 'llm'));
    const agents = (await Promise.all(folders.map(async (folder) => ((await isThere(join(folder, 'prompts'))) ? [folder] : [])))).flat();

    const without = (await Promise.all(agents.map(async (folder) => ((await isThere(join(folder, 'hostile-input.spec.ts'))) ? [] : [folder])))).flat();

    expect(agents.length).toBeGreaterThanOrEqual(5);
    expect(without).toEqual([]);
  });
});

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
