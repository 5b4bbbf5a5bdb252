import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeOpenAi, type FakeOpenAi } from './fake-openai.ts';
import { differences, digestTree } from '../chaos/digest-tree.ts';
import type { ChatRequest } from './chat.ts';
import type { Script, Step } from './step.ts';
import { agentsScript } from './testing/agents-script.ts';
import { IDEA } from './testing/penguins-script.ts';
import { KEY, ROOT, runSmith as run, startSmith } from './testing/run-smith.ts';

const PENGUINS = join(ROOT, 'examples', 'penguins');

describe('a run in engine llm', () => {
  let folder: string;
  let server: FakeOpenAi | undefined;
  const serve = async (script: Script): Promise<readonly string[]> => {
    server = await startFakeOpenAi({ script, apiKey: KEY });
    return ['--engine', 'llm', '--base-url', server.url, '--model', 'scripted'];
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agents-'));
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  it('verifies a task, keeps every call in its ledger, and is replayed without a server to the same bytes', async () => {
    const engine = await serve(agentsScript([IDEA]));
    const prices = join(ROOT, 'tools', 'fake-openai', 'testing', 'prices.json');
    const live = await run('run', PENGUINS, '--out', join(folder, 'live'), ...engine, '--prices', prices, '--record', join(folder, 'record'), '--json');
    const report = JSON.parse(live.stdout) as {
      funnel: { verified: number };
      models: { all: { calls: number; inputTokens: number; usd: number }; byAgent: Record<string, { calls: number }> };
    };
    const { calls, problems } = server!;
    const counted = server!.counted();
    await server!.close();

    const replay = await run('run', PENGUINS, '--out', join(folder, 'replay'), '--engine', 'llm', '--replay', join(folder, 'record'));

    expect({ code: live.code, verified: report.funnel.verified, problems }).toEqual({ code: 0, verified: 1, problems: [] });
    expect(report.models.byAgent['solver']).toMatchObject({ calls: 5 });
    expect(report.models.all).toMatchObject({ calls: calls.length, inputTokens: counted.input });
    expect(report.models.all.usd).toBeCloseTo((counted.input * 2 + counted.output * 8) / 1e6, 3);
    expect({ code: replay.code, stderr: replay.stderr }).toMatchObject({ code: 0 });
    const [played, made] = [await digestTree(join(folder, 'replay', 'tasks')), await digestTree(join(folder, 'live', 'tasks'))];
    expect({ differences: differences(made, played), files: made.size > 0 }).toEqual({ differences: [], files: true });
    const manifests = await Promise.all(
      [...made.keys()].filter((path) => path.endsWith('/task.json')).map((path) => readFile(join(folder, 'live', 'tasks', path), 'utf8')),
    );
    expect(manifests.map((text) => (JSON.parse(text) as { engine: object }).engine)).toEqual([
      { name: 'llm', version: expect.stringMatching(/^sha256:/) as unknown, refactor: expect.stringMatching(/^sha256:/) as unknown },
    ]);
    const everything = await Promise.all([...(await digestTree(folder)).keys()].map((path) => readFile(join(folder, path), 'latin1')));
    expect([live.stdout, live.stderr, ...everything].filter((text) => text.includes(KEY))).toEqual([]);
  }, 240_000);

  it('pays once for each call, and at most once more for each kill', async () => {
    const script = agentsScript([IDEA]) as (request: ChatRequest) => Step;
    // `npm run chaos` kills at every call.
    const kills = [2, 5, 10, 16];
    let killed = 0;
    let running: ChildProcess | undefined;
    const engine = await serve((request, number) => {
      if (number === kills[killed]) {
        killed += 1;
        process.kill(-(running?.pid ?? 0), 'SIGKILL');
      }
      return script(request);
    });
    const command = ['run', PENGUINS, '--out', join(folder, 'killed'), ...engine, '--max-tasks', '1'];
    for (;;) {
      const before = killed;
      running = startSmith(...command);
      running.stderr?.resume();
      await once(running, 'close');
      if (killed === before) break;
    }

    const status = JSON.parse((await run('status', '--out', join(folder, 'killed'), '--json')).stdout) as { funnel: { verified: number }; open: object };
    const bodies = server!.calls.map(({ request }) => JSON.stringify(request.body));
    expect(killed).toBe(kills.length);
    expect(status).toMatchObject({ funnel: { verified: 1 }, open: {} });
    expect(bodies.length - new Set(bodies).size).toBeLessThanOrEqual(killed);
    expect(server!.problems).toEqual([]);
  }, 240_000);

  it('names the call of a record that changed', async () => {
    const engine = await serve(agentsScript([]));
    await run('run', PENGUINS, '--out', join(folder, 'live'), ...engine, '--record', join(folder, 'record'));

    const other = await run('run', PENGUINS, '--out', join(folder, 'replay'), '--engine', 'llm', '--replay', join(folder, 'record'), '--max-tasks', '1');

    expect(other.code).toBe(3);
    const shown = await run('show', 'penguins', '--out', join(folder, 'replay'));
    expect(`${other.stdout}${other.stderr}${shown.stdout}`).toContain('call 1 of penguins/brainstorm/1/brainstormer: message 2 of 2 changed');
  }, 120_000);

  it('stops with one sentence where the key is refused, and goes on when it is right', async () => {
    const engine = await serve(agentsScript([]));
    server!.close().catch(() => undefined);
    server = await startFakeOpenAi({ script: agentsScript([]), apiKey: 'another' });

    const refused = await run('run', PENGUINS, '--out', join(folder, 'live'), '--engine', 'llm', '--base-url', server.url, '--model', 'scripted');

    expect(engine).toHaveLength(6);
    expect(refused).toMatchObject({ code: 78 });
    expect(refused.stderr).toContain('mle-smith: ');
    expect(refused.stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
    expect(server.calls).toHaveLength(1);
  }, 120_000);

  it('lets rules think where it is told to and the model is of no use', async () => {
    const script = agentsScript([]);
    const engine = await serve((request, number) =>
      typeof script !== 'function' ? {} : request.messages[0]?.role === 'system' ? { refusal: 'I will not.' } : script(request, number),
    );

    const fallen = await run('run', PENGUINS, '--out', join(folder, 'live'), ...engine, '--fallback', 'rules', '--max-tasks', '2', '--json');

    expect(fallen.code).toBe(0);
    expect(fallen.stderr).toContain('rules think for penguins: agent_failed');
    expect((JSON.parse(fallen.stdout) as { funnel: { verified: number } }).funnel.verified).toBe(1);
  }, 240_000);
});
