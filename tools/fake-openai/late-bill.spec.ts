import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeSandbox } from '@mle-smith/adapter-sandbox';
import type { ChatRequest } from './chat.ts';
import { startFakeOpenAi, type FakeOpenAi } from './fake-openai.ts';
import type { Step } from './step.ts';
import { askingOf } from './testing/agent-of.ts';
import { agentsScript } from './testing/agents-script.ts';
import { KEY, runSmith } from './testing/run-smith.ts';
import { TREES, writeTrees } from './testing/trees.ts';

const TASK = 'orchard-1--yield';
const isOfSolver = (request: ChatRequest): boolean => askingOf(request)?.agent === 'solver';

/** The solver's programs are untrusted. */
const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;

suite('a run whose bill is not paid when its solver begins', () => {
  let folder: string;
  let server: FakeOpenAi;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bill-'));
    const script = agentsScript([TREES]) as (request: ChatRequest, number: number) => Step;
    server = await startFakeOpenAi({ apiKey: KEY, script: (request, number) => (isOfSolver(request) ? { fault: 'quota' } : script(request, number)) });
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('stops after one call, and goes on without the solver where rules may stand in', async () => {
    const out = join(folder, 'out');
    const [dataset = ''] = await writeTrees(join(folder, 'datasets'), 1);
    const command = ['run', dataset, '--out', out, '--engine', 'llm', '--base-url', server.url, '--model', 'scripted', '--max-tasks', '1'];

    const stopped = await runSmith(...command);
    const asked = server.calls.length;
    const still = JSON.parse((await runSmith('show', TASK, '--out', out, '--json')).stdout) as { state: string };
    const without = await runSmith(...command, '--fallback', 'rules');

    expect({ code: stopped.code, state: still.state }).toEqual({ code: 78, state: 'task.reviewed' });
    expect(stopped.stderr.match(/^mle-smith: .*quota.*$/gm)).toHaveLength(1);
    expect(server.calls.filter(({ request }) => isOfSolver(request))).toHaveLength(2);
    expect({ code: without.code, again: server.calls.length - asked }).toEqual({ code: 0, again: 1 });
    const { state, agent } = JSON.parse((await runSmith('show', TASK, '--out', out, '--json')).stdout) as { state: string; agent: object };
    expect({ state, agent }).toMatchObject({ state: 'task.verified', agent: { ended: 'model_quota', best: null, actions: 0 } });
  }, 240_000);
});
