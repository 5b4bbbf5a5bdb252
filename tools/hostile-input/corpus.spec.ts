import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AGENTS } from '@mle-smith/agent';
import { INJECTIONS } from '@mle-smith/agent/testing';

const APPS = join(import.meta.dirname, '..', '..', 'apps');
/** What several prompts have in common, and no agent of its own. */
const SHARED = ['rubric'];

describe('the corpus of injections', () => {
  it('holds fifty and more that differ, from every place that a stranger writes to', () => {
    expect(new Set(INJECTIONS.map(({ text }) => text)).size).toBeGreaterThanOrEqual(50);
    expect(new Set(INJECTIONS.map(({ place, intent }) => `${place}: ${intent}`)).size).toBe(INJECTIONS.length);
    expect(new Set(INJECTIONS.map(({ place }) => place)).size).toBe(10);
  });

  it('runs against every agent that there is: each has a prompt, and is named by the spec beside it', async () => {
    const stations = await readdir(APPS);
    const folders = stations.map((station) => join(APPS, station, 'src', 'stage', 'llm'));

    const prompts = (await Promise.all(folders.map((folder) => promptsIn(join(folder, 'prompts'))))).flat();
    const tried = (await Promise.all(folders.map((folder) => agentsOf(join(folder, 'hostile-input.spec.ts'))))).flat();

    expect(prompts.sort()).toEqual([...Object.keys(AGENTS), ...SHARED].sort());
    expect(tried.sort()).toEqual(Object.keys(AGENTS).sort());
  });
});

/** The names of the prompts of a folder; none where there is no such folder. */
async function promptsIn(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files.map((file) => basename(file, '.md'));
}

/** The agents that a spec of hostile input says that it asks, which it checks itself; none where there is no such spec. */
async function agentsOf(spec: string): Promise<string[]> {
  const text = await readFile(spec, 'utf8').catch(() => '');
  return [...text.matchAll(/^ {2}agents: \[([^\]]*)\]/gm)].flatMap(([, names = '']) => [...names.matchAll(/'([^']+)'/g)].map(([, name = '']) => name));
}
