import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ChatRequest } from './chat.ts';
import type { FaultName } from './fault-table.ts';
import { startFakeOpenAi, type FakeOpenAi } from './fake-openai.ts';
import type { Script, Step } from './step.ts';
import { agentsScript } from './testing/agents-script.ts';
import { KEY, runSmith, startSmith, writeOrchard } from './testing/run-smith.ts';

type Answer = (request: ChatRequest, number: number) => Step | Promise<Step>;

/** A Brainstormer that looks and proposes nothing: a run of two seconds with these calls. */
const honest = agentsScript([]) as Answer;
const OF_PROBE = 3;
const OF_BRAINSTORMER = 4;
const OTHER_FORMS = 2;
const REPAIRS = 2;

const isOfAgent = ({ messages }: ChatRequest): boolean => messages[0]?.role === 'system';
const always =
  (fault: Step): Answer =>
  (request, number) =>
    isOfAgent(request) ? fault : honest(request, number);

/** Each new call of an agent goes wrong once. */
function onceEach(faults: readonly FaultName[]): Answer {
  const left = [...faults];
  const seen = new Set<string>();
  return (request, number) => {
    const call = JSON.stringify(request.body);
    const fault = isOfAgent(request) && !seen.has(call) ? left.shift() : undefined;
    seen.add(call);
    return fault === undefined ? honest(request, number) : { fault };
  };
}

interface Shown {
  readonly state: string;
  readonly code?: string;
  readonly documents: Readonly<Record<string, string>>;
}

/** What an endpoint does to a run (rows 20 to 24 of the fault matrix). */
describe('a run whose endpoint', () => {
  let folder: string;
  let server: FakeOpenAi | undefined;
  const commandFor = async (script: Script, ...more: readonly string[]): Promise<readonly string[]> => {
    server = await startFakeOpenAi({ script, apiKey: KEY });
    const dataset = await writeOrchard(join(folder, 'orchard'));
    return ['run', dataset, '--out', join(folder, 'out'), '--engine', 'llm', '--base-url', server.url, '--model', 'scripted', ...more];
  };
  const shown = async (id = 'orchard'): Promise<Shown> => JSON.parse((await runSmith('show', id, '--out', join(folder, 'out'), '--json')).stdout) as Shown;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faults-'));
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  it.each<FaultName[][]>([[['server-error', 'reset', 'hang', 'cut-socket']], [['silence', 'rate-ms', 'page', 'broken-json']]])(
    'fails once at each call with %j goes on as if nothing had been',
    async (faults) => {
      const ended = await runSmith(...(await commandFor(onceEach(faults), '--call-timeout', '1')));

      expect({ code: ended.code, calls: server!.calls.length }).toEqual({ code: 3, calls: OF_PROBE + OF_BRAINSTORMER + faults.length });
      expect(await shown()).toMatchObject({ state: 'dataset.refused', code: 'no_target' });
    },
    60_000,
  );

  it('wants to be left alone for two minutes is asked once, while other work goes on', async () => {
    const command = await commandFor((request, number) =>
      isOfAgent(request) && JSON.stringify(request.body).includes('orchard.csv') ? { fault: 'rate-120s' } : honest(request, number),
    );
    const other = await writeOrchard(join(folder, 'meadow'));
    await rename(join(other, 'orchard.csv'), join(other, 'meadow.csv'));

    const running = startSmith(...command, other);
    let said = '';
    await new Promise<void>((resolve) =>
      running.stderr?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (/orchard +brainstorm is tried again: model_rate/.test(said) && /meadow +refused/.test(said)) resolve();
      }),
    );
    running.kill('SIGINT');
    const [code] = (await once(running, 'close')) as [number];

    expect({ code, said }).toMatchObject({ code: 130, said: expect.stringContaining('stopped with 1 unfinished') as unknown });
    expect(await shown()).toMatchObject({ state: 'dataset.registered' });
    expect(await shown('meadow')).toMatchObject({ state: 'dataset.refused' });
    expect(server!.calls.filter(({ answer }) => answer === 'rate-120s')).toHaveLength(1);
  }, 60_000);

  it.each<[string, Step, string]>([
    ['refuses', { refusal: 'I will not.' }, 'the model refused'],
    ['calls tools without end', { fault: 'endless-tools' }, 'called list_files 4 times with the same arguments'],
  ])(
    '%s ends the stage with the reason',
    async (_, step, reason) => {
      const ended = await runSmith(...(await commandFor(always(step))));

      expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 3, stderr: expect.stringContaining(reason) as unknown });
      expect(await shown()).toMatchObject({ state: 'dataset.refused', code: 'agent_failed' });
      expect(server!.calls.length).toBeLessThanOrEqual(OF_PROBE + 8);
    },
    60_000,
  );

  it('answers in another shape is asked in each form, told twice what is wrong, and ends the stage', async () => {
    const ended = await runSmith(
      ...(await commandFor((request, number) => (isOfAgent(request) && request.tools.length === 0 ? { content: 'Here you are!' } : honest(request, number)))),
    );

    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 3, stderr: expect.stringContaining('does not fit after 2 repairs') as unknown });
    expect(server!.calls).toHaveLength(OF_PROBE + OF_BRAINSTORMER + OTHER_FORMS + REPAIRS);
  }, 60_000);

  it('refuses to be paid no more stops the run after one call, and the same command goes on', async () => {
    let bill = true;
    const command = await commandFor((request, number) => (bill && isOfAgent(request) ? { fault: 'quota' } : honest(request, number)));

    const stopped = await runSmith(...command);
    const asked = server!.calls.length;
    const byRules = await runSmith('run', '--out', join(folder, 'out'));
    bill = false;
    const resumed = await runSmith(...command);

    expect({ code: stopped.code, asked }).toEqual({ code: 78, asked: OF_PROBE + 1 });
    expect(stopped.stderr.match(/^mle-smith: /gm)).toHaveLength(1);
    expect(byRules).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('and 1 of it is unfinished; give --engine llm with the endpoint again') as unknown,
    });
    expect({ code: resumed.code, calls: server!.calls.length }).toEqual({ code: 3, calls: asked + OF_BRAINSTORMER });
    expect(await shown()).toMatchObject({ state: 'dataset.refused', code: 'no_target' });
  }, 60_000);

  it('is slow when the run is interrupted gets no call after the one under way, which is kept', async () => {
    let running: ChildProcess | undefined;
    const command = await commandFor(async (request, number) => {
      const step = await honest(request, number);
      if (running === undefined || !isOfAgent(request)) return step;
      running.kill('SIGINT');
      return { ...step, latencyMs: 1_000 };
    });

    running = startSmith(...command);
    const closed = once(running, 'close') as Promise<[number]>;
    const [said, [code]] = await Promise.all([text(running.stderr!), closed]);
    const asked = server!.calls.length;
    running = undefined;
    const resumed = await runSmith(...command);

    expect({ code, asked, said }).toEqual({
      code: 130,
      asked: OF_PROBE + 1,
      said: expect.stringMatching(/stopped with 1 unfinished; the same command goes on; so far 4 model calls, /) as unknown,
    });
    expect({ code: resumed.code, calls: server!.calls.length }).toEqual({ code: 3, calls: OF_PROBE + OF_BRAINSTORMER });
  }, 60_000);

  it.each<[string, Answer | undefined]>([
    ['is not there', undefined],
    ['calls no tools', ({ tools }, number) => (tools.length > 0 ? { content: 'Noted.' } : honest({ tools } as never, number))],
  ])(
    '%s at the start leaves all to rules where these may think, which is said once, and else stops the run',
    async (_, script) => {
      const command = await commandFor(script ?? honest);
      if (script === undefined) await server!.close();
      await writeFile(join(folder, 'orchard', 'orchard.csv'), 'rain,weight\n1,2\n');

      const stopped = await runSmith(...command);
      const { state } = await shown();
      const fallen = await runSmith(...command, '--fallback', 'rules');

      expect({ code: stopped.code, state }).toEqual({ code: 78, state: 'dataset.received' });
      expect(fallen.code).toBe(3);
      expect(fallen.stderr.match(/^mle-smith: rules think for .*$/gm)).toEqual([expect.stringContaining('rules think for all: ')]);
      expect((await shown()).state).toBe('dataset.refused');
    },
    60_000,
  );

  it.each([
    ['dataset', 'dataset=100000tokens', 'dataset=1000000tokens'],
    ['run', '100000tokens', '1000000tokens'],
  ])(
    'costs more than the budget of the %s puts the work aside, and the same command goes on with a larger one',
    async (_, small, large) => {
      const dear = async (request: ChatRequest, number: number): Promise<Step> => {
        const step = await honest(request, number);
        return isOfAgent(request) ? { ...step, usage: { input: 95_000, output: 1_000 } } : step;
      };
      const command = await commandFor(dear, '--budget');

      const paused = await runSmith(...command, small);
      const { state } = await shown();
      const asked = server!.calls.length;
      const resumed = await runSmith(...command, large, '--json');

      expect({ code: paused.code, state, asked }).toEqual({ code: 78, state: 'dataset.registered', asked: OF_PROBE + 1 });
      expect(paused.stderr).toContain(`the budget ${small} has `);
      expect(paused.stderr).toMatch(
        /^mle-smith: 1 unfinished waits for a larger budget .*; the same command with a larger --budget goes on; so far 4 model calls/m,
      );
      expect({ code: resumed.code, calls: server!.calls.length }).toEqual({ code: 3, calls: OF_PROBE + OF_BRAINSTORMER });
      expect(await shown()).toMatchObject({
        state: 'dataset.refused',
        code: 'no_target',
        documents: { 'brainstorm-transcript': expect.any(String) as unknown },
      });
      const { input, output } = server!.counted();
      const { models } = JSON.parse(resumed.stdout) as { models: { all: object } };
      expect(models.all).toMatchObject({ calls: server!.calls.length, inputTokens: input, outputTokens: output });
    },
    60_000,
  );
});
