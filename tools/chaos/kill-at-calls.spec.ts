import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FilesystemCallStore } from '@mle-smith/adapter-filesystem';
import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { spentOn } from '@mle-smith/agent';
import { canonicalJson } from '@mle-smith/package';
import { exportablePackage } from '@mle-smith/package/testing';
import { agentsScript } from '../fake-openai/testing/agents-script.ts';
import { startSmith, writeOrchard } from '../fake-openai/testing/run-smith.ts';
import { killAtCalls, overpaid, type SeenCalls } from './kill-at-calls.ts';

const SEEN: SeenCalls = {
  kills: 3,
  different: 9,
  all: 12,
  mostOfOne: 2,
  unanswered: 3,
  tokens: { input: 9, output: 9 },
  problems: [],
  exitCode: 0,
  stderr: '',
};

describe('the bill of a killed program', () => {
  it('is right where what came again had no answer', () => {
    expect(overpaid(SEEN)).toEqual([]);
  });

  it.each<[string, Partial<SeenCalls>]>([
    ['an answered call came again', { all: 13 }],
    ['a call came a third time', { mostOfOne: 3 }],
    ['calls came again without a kill', { kills: 0 }],
    ['the script was at a loss', { problems: ['no step'] }],
  ])('is wrong where %s', (_, change) => {
    expect(overpaid({ ...SEEN, ...change })).toHaveLength(1);
  });
});

/** The solver's programs are untrusted. */
const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;

suite('a program that is killed at each of its calls', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'killed-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Kills the command at each of its calls; the ledger that it leaves has to be that of the server. */
  async function killed(calls: string, ...command: readonly string[]): Promise<SeenCalls> {
    const start = (url: string) => startSmith(...command, '--base-url', url, '--model', 'scripted');
    const seen = await killAtCalls({ script: agentsScript([]), start, chosen: () => true });
    const { inputTokens: input, outputTokens: output, ...ledger } = spentOn(await FilesystemCallStore.openReader(calls).list());
    expect({ calls: ledger.calls, tokens: { input, output } }).toEqual({ calls: seen.different, tokens: seen.tokens });
    return seen;
  }

  it('pays for each once, and once more for the kill: a run whose Brainstormer finds nothing', async () => {
    const out = join(folder, 'out');
    const dataset = await writeOrchard(join(folder, 'orchard'));

    const seen = await killed(join(out, '.state', 'calls'), 'run', dataset, '--out', out, '--engine', 'llm');

    expect(overpaid(seen)).toEqual([]);
    expect(seen).toMatchObject({ exitCode: 3, kills: 7, different: 7, all: 14 });
  }, 240_000);

  it('pays for each once, and once more for the kill: a solver on one package', async () => {
    const task = join(folder, 'task');
    const { manifest, paths, bytes } = exportablePackage();
    for (const path of paths) {
      await mkdir(dirname(join(task, path)), { recursive: true });
      await writeFile(join(task, path), path === 'task.json' ? canonicalJson(manifest) : bytes(path));
    }

    const seen = await killed(join(folder, 'solved', 'calls'), 'solve', task, '--out', join(folder, 'solved'));

    expect(overpaid(seen)).toEqual([]);
    expect(seen).toMatchObject({ exitCode: 0, kills: 8, different: 8, all: 16 });
  }, 240_000);
});
