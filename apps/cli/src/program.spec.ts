import { INFO_TOPICS, SessionRequest } from '@mle-smith/environment';
import { runProgram, type Commands } from './program.ts';

function harness(): { calls: unknown[]; run: (...argv: string[]) => Promise<{ code: number; stdout: string; stderr: string }> } {
  const calls: unknown[] = [];
  const record =
    (name: string) =>
    async (...values: unknown[]) => {
      calls.push([name, ...values]);
      return 0;
    };
  const commands = Object.fromEntries(
    [
      'run',
      'demo',
      'status',
      'list',
      'show',
      'cancel',
      'retry',
      'verify',
      'score',
      'exportTasks',
      'env',
      'solve',
      'audit',
      'doctor',
      'runOnServer',
      'apiKey',
    ].map((name) => [name, record(name)]),
  ) as unknown as Commands;
  return {
    calls,
    run: async (...argv) => {
      let stdout = '';
      let stderr = '';
      const code = await runProgram(argv, commands, { version: '1.2.3', cpus: 2, stdout: (text) => (stdout += text), stderr: (text) => (stderr += text) });
      return { code, stdout, stderr };
    },
  };
}

describe('the command line', () => {
  it('takes a time within which a run at a server has to end, and no other run', async () => {
    const { calls, run } = harness();

    await run('run', 'data', '--out', 'out', '--server', 'http://gateway', '--within', '270');
    const alone = await run('run', 'data', '--out', 'out', '--within', '270');

    expect(calls).toMatchObject([['runOnServer', ['data'], { within: 270 }]]);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('--within is for a run with --server')]);
  });

  it('shows the last steps, or every one where that is asked for', async () => {
    const { calls, run } = harness();

    await run('show', 'cars', '--out', 'out');
    await run('show', 'cars', '--out', 'out', '--all');

    expect(calls).toMatchObject([
      ['show', 'cars', { all: false }],
      ['show', 'cars', { all: true }],
    ]);
  });

  it('asks for the five that wait longest, or as many as are wanted', async () => {
    const { calls, run } = harness();

    await run('status', '--out', 'o');
    await run('status', '--server', 'http://gateway', '--oldest', '20', '--json');

    expect(calls).toEqual([
      ['status', { out: 'o', json: false, oldest: 5 }],
      ['status', { server: 'http://gateway', json: true, oldest: 20 }],
    ]);
  });

  it('hands datasets and defaults to run', async () => {
    const { calls, run } = harness();

    const result = await run('run', 'a', 'b', '--out', 'o');

    expect(result.code).toBe(0);
    expect(calls).toEqual([
      ['run', ['a', 'b'], { out: 'o', engine: 'rules', engineGiven: false, maxTasks: 3, maxGenerations: 3, workers: 2, json: false, allowUnsandboxed: false }],
    ]);
  });

  it.each([
    [['--engine', 'llm'], 8],
    [['--engine', 'llm', '--workers', '3'], 3],
    [['--workers', '3'], 3],
  ])('gives a run with %j %d workers on two processors', async (given, workers) => {
    const { calls, run } = harness();

    await run('run', 'a', '--out', 'o', ...given);

    expect(calls).toMatchObject([['run', ['a'], { workers }]]);
  });

  it.each([
    [['retry', 'cars--comb-mpg'], "either option '--out <dir>' or option '--server <url>' is needed"],
    [['run', '--out', 'o', '--server', 'https://s'], 'missing required argument'],
    [['export-state', 'moved'], "'--cluster'"],
    [['import-state', 'moved', '--cluster', '--out', 'o'], 'cannot be used with'],
    [['run', 'a'], '--out'],
    [['run', 'a', '--out', 'o', '--workers', '0'], 'whole number'],
    [['run', 'a', '--out', 'o', '--engine', 'magic'], 'Allowed choices'],
    [['export', 'a', '--out', 'o', '--to', 'floppy'], 'Allowed choices'],
    [['export', 'a', '--to', 'kaggle'], '--out'],
    [['export', 'a', '--to', 'kaggle', '--out', ''], 'a path is needed'],
    [['list', '--out', ' '], 'a path is needed'],
    [['fly'], 'unknown command'],
  ])('answers %j with exit code 2 and a sentence', async (argv, sentence) => {
    const { calls, run } = harness();

    const result = await run(...argv);

    expect(result.code).toBe(2);
    expect(result.stderr).toContain(sentence);
    expect(calls).toEqual([]);
  });

  it('prints the version and help with examples and exit codes', async () => {
    const { run } = harness();

    expect((await run('--version')).stdout.trim()).toBe('1.2.3');
    expect((await run('--help')).stdout).toContain('78');
    expect((await run('run', '--help')).stdout).toContain('Examples:');
  });

  it('says in the help of env what a session takes', async () => {
    const { run } = harness();

    const { stdout } = await run('env', '--help');

    for (const { shape } of SessionRequest.options) expect(stdout).toContain(`{"action":"${shape.action.value}"`);
    for (const topic of INFO_TOPICS) expect(stdout).toContain(topic);
  });

  it('says in the help of export how it ends', async () => {
    const { run } = harness();

    const { stdout } = await run('export', '--help');

    expect(stdout).toContain('0 where at least one package was exported');
  });
});
