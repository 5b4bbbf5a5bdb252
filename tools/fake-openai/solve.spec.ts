import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { SolveReport } from '@mle-smith/contracts';
import { canonicalJson } from '@mle-smith/package';
import { exportablePackage } from '@mle-smith/package/testing';
import { startFakeOpenAi, type FakeOpenAi } from './fake-openai.ts';
import type { ChatRequest } from './chat.ts';
import type { Script, Step } from './step.ts';
import { agentsScript } from './testing/agents-script.ts';
import { KEY, runSmith, startSmith } from './testing/run-smith.ts';

/** The agent's programs are untrusted. */
const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;

suite('solve', () => {
  let folder: string;
  let task: string;
  let server: FakeOpenAi | undefined;
  const started = async (script: Script): Promise<readonly string[]> => {
    server = await startFakeOpenAi({ script, apiKey: KEY });
    return ['solve', task, '--base-url', server.url, '--model', 'scripted', '--out', join(folder, 'out')];
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'solve-'));
    task = join(folder, 'task');
    const { manifest, paths, bytes } = exportablePackage();
    for (const path of paths) {
      await mkdir(dirname(join(task, path)), { recursive: true });
      await writeFile(join(task, path), path === 'task.json' ? canonicalJson(manifest) : bytes(path));
    }
  });
  afterEach(() => server?.close());
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('tells the best score beside the baselines and the mistakes, keeps the transcript outside of the package, and replays', async () => {
    const before = await readdir(task, { recursive: true });
    const command = await started(agentsScript([]));

    const ended = await runSmith(...command, '--record', join(folder, 'record'), '--json');
    const replayed = await runSmith('solve', task, '--replay', join(folder, 'record'), '--out', join(folder, 'again'));

    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const report = SolveReport.parse(JSON.parse(ended.stdout));
    expect(report).toMatchObject({
      metric: 'roc_auc',
      direction: 'maximize',
      agent: { best: { step: 3 }, actions: 3, mistakes: [{ step: 2, kind: 'exception ValueError' }], ended: 'answered' },
    });
    expect(report.rungs.map(({ kind }) => kind)).toEqual(['trivial', 'simple', 'standard', 'strong']);
    expect(await readFile(report.transcript, 'utf8')).toContain('ValueError');
    expect(await readdir(task, { recursive: true })).toEqual(before);
    expect(replayed.code).toBe(0);
    expect(replayed.stdout).toContain(`best score: ${report.agent.best!.score} (action 3)`);
    expect(replayed.stdout).toContain('mistakes: 1 × exception ValueError');
    expect(await readFile(join(folder, 'again', 'transcript.json'), 'utf8')).toBe(await readFile(report.transcript, 'utf8'));
  });

  it('works alone in a folder: a second one pays for nothing', async () => {
    const script = agentsScript([]) as (request: ChatRequest, number: number) => Step;
    let second: Promise<Awaited<ReturnType<typeof runSmith>>> | undefined;
    const command = await started(async (request, number) => {
      // The first one waits for its answer until the second has ended.
      if (second === undefined) await (second = runSmith(...elsewhere));
      return script(request, number);
    });
    const elsewhere = [...command.slice(0, -1), join(folder, 'alone')];

    const first = await runSmith(...elsewhere);

    expect(first.code).toBe(0);
    expect(await second).toMatchObject({ code: 78, stderr: expect.stringContaining('another mle-smith works on this run directory') as string });
  });

  it('says why the agent ended', async () => {
    const command = await started(agentsScript([]));

    const ended = await runSmith(...command, '--actions', '1');

    expect(ended).toMatchObject({ code: 1, stderr: '' });
    expect(ended.stdout).toContain('ended: toolCalls (it had no actions left)\n  the agent made more than 1 tool calls\n');
  });

  it('makes no call after the one that is under way when it is interrupted, and goes on from there', async () => {
    const script = agentsScript([]) as (request: ChatRequest, number: number) => Step;
    let running: ChildProcess | undefined;
    const isOfSolver = ({ messages }: ChatRequest): boolean => messages[0]?.role === 'system';
    const command = await started((request, number) => {
      if (running === undefined || !isOfSolver(request)) return script(request, number);
      running.kill('SIGINT');
      return { ...script(request, number), latencyMs: 1_000 };
    });
    const elsewhere = [...command.slice(0, -1), join(folder, 'interrupted')];

    running = startSmith(...elsewhere);
    const [said, [code]] = await Promise.all([text(running.stderr!), once(running, 'close') as Promise<[number]>]);
    running = undefined;
    const asked = server!.calls.filter(({ request }) => isOfSolver(request)).length;
    const again = await runSmith(...elsewhere);

    expect({ code, asked, said }).toEqual({
      code: 130,
      asked: 1,
      said: expect.stringMatching(/stopped; the same command .*; so far 4 model calls, /) as unknown,
    });
    expect({ code: again.code, asked: server!.calls.filter(({ request }) => isOfSolver(request)).length }).toEqual({ code: 0, asked: 5 });
  });

  it('says in one sentence what cannot be done', async () => {
    const command = await started(agentsScript([]));
    const [link, foreign] = [join(folder, 'link'), join(folder, 'foreign')];
    await symlink(join(task, 'utils'), link);
    await mkdir(foreign);
    await writeFile(join(foreign, 'model.json'), '{"architecture": "tree"}');
    const cases: readonly (readonly [readonly string[], number, string])[] = [
      [['solve', task], 2, 'solve needs --base-url and --model, or --replay'],
      [[...command.slice(0, -1), join(task, 'inside')], 2, 'may not lie in the package'],
      [[...command.slice(0, -1), link], 2, 'may not lie in the package'],
      [[...command, '--record', join(task, 'record')], 2, 'may not lie in the package'],
      [[...command, '--record', '/dev/null/x'], 78, 'the record cannot be written [record=/dev/null/x]: it is not a folder'],
      [[...command, '--record', foreign], 2, 'holds a model.json that no record has'],
      [['solve', task, '--replay', foreign, '--out', join(folder, 'no')], 78, 'its model.json does not tell a model and its endpoint'],
      [['solve', join(task, 'utils'), ...command.slice(2)], 2, 'no task package'],
      [['solve', task, '--base-url', 'http://127.0.0.1:9', '--model', 'scripted', '--out', join(folder, 'down')], 78, 'mle-smith: '],
      [[...command.slice(0, -1), join(folder, 'poor'), '--budget', '10tokens'], 2, 'the budget 10tokens has no room for one call of the agent solver'],
    ];
    const before = await readdir(task, { recursive: true });
    for (const [argv, code, sentence] of cases) {
      const ended = await runSmith(...argv);
      expect({ argv, code: ended.code, said: ended.stderr }).toEqual({ argv, code, said: expect.stringContaining(sentence) as string });
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
      expect(ended.stderr).not.toContain('fault of this program');
    }
    expect(await readdir(task, { recursive: true })).toEqual(before);
    expect(await readFile(join(foreign, 'model.json'), 'utf8')).toBe('{"architecture": "tree"}');
  });
});
