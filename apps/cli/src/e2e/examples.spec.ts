import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { Ladder, RunReport, TaskManifest, Costs, VerifyReport } from '@mle-smith/contracts';
import { EXAMPLES, digests, runCli, startCli, temporaryFolder, type CliResult } from '../testing/run-cli.ts';

/** Tasks are verified by running untrusted programs. */
const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;
const PYTHON = join(EXAMPLES, '..', '.cache', 'venv', 'bin', 'python');
const out = join(temporaryFolder(), 'out');
let first: CliResult;
let report: RunReport;

/** A folder that holds the part of an example that its source keeps for validation: a field learns from 700 sentences in a quarter of the time. */
async function partOf(name: string): Promise<string> {
  const part = join(out, '..', 'parts', name);
  await cp(join(EXAMPLES, name), part, { recursive: true, filter: (path) => !basename(path).startsWith('train_') });
  return part;
}

beforeAll(async () => {
  const names = (await readdir(EXAMPLES, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const folders = await Promise.all(names.map((name) => (name === 'voice-commands' ? partOf(name) : join(EXAMPLES, name))));
  first = await runCli(['run', ...folders, '--out', out, '--json']);
  report = RunReport.parse(JSON.parse(first.stdout || '{}'));
}, 600_000);

const manifestOf = async (id: string): Promise<TaskManifest> => TaskManifest.parse(JSON.parse(await readFile(join(out, 'tasks', id, 'task.json'), 'utf8')));
const headerOf = async (id: string, file: string): Promise<string[]> =>
  ((await readFile(join(out, 'tasks', id, 'data', 'public', file), 'utf8')).split('\n')[0] ?? '').split(',');

suite('a run over the bundled examples', () => {
  it('takes every dataset to its end and prints one document and nothing else', () => {
    expect(first.code).toBe(0);
    expect(first.stderr).toBe('');
    expect(report.datasets.every((dataset) => dataset.state === 'done')).toBe(true);
    expect(report.funnel.verified).toBeGreaterThanOrEqual(7);
    expect(report.funnel.proposed).toBe(report.funnel.verified + report.funnel.abandoned);
  });

  it('asks for combined fuel economy without the other mileages and the tax, split by model line', async () => {
    const manifest = await manifestOf('vehicles-2021--comb-mpg');
    const header = await headerOf('vehicles-2021--comb-mpg', 'train.csv');

    expect(header).toContain('comb_mpg');
    expect(header.filter((name) => ['city_mpg', 'hwy_mpg', 'guzzler', 'rownames'].includes(name))).toEqual([]);
    expect(manifest.split).toMatchObject({ kind: 'group', column: 'carline' });
  });

  it('asks for the time to death, counts those who were not watched to the end, and leaves the cause of death out', async () => {
    const manifest = await manifestOf('free-light-chain--death');
    const [train, test] = await Promise.all(['train.csv', 'test.csv'].map(async (file) => headerOf('free-light-chain--death', file)));

    expect(manifest).toMatchObject({ objective: 'survival', target: { name: 'futime', event: 'event' }, metric: { name: 'concordance_index' } });
    expect(train).toEqual(expect.arrayContaining(['futime', 'event']));
    expect([...(train ?? []), ...(test ?? [])].filter((name) => ['death', 'chapter'].includes(name))).toEqual([]);
    expect(test?.filter((name) => ['futime', 'event'].includes(name))).toEqual([]);
  });

  it('asks of commands what they are about and, apart from it, which of their tokens are in which slot', async () => {
    const [whole, tokens] = await Promise.all(['voice-commands--label', 'voice-commands--tags'].map(manifestOf));

    expect(whole).toMatchObject({ objective: 'multiclass', metric: { name: 'macro_f1' } });
    expect(tokens).toMatchObject({ objective: 'tags', metric: { name: 'span_f1' } });
    expect(await headerOf('voice-commands--label', 'test.csv')).toEqual(['id', 'text']);
    expect(await headerOf('voice-commands--tags', 'test.csv')).toEqual(['id', 'tokens']);
  });

  it('turns the species of penguins down as too easy, with the ladder that shows it', () => {
    expect(report.tasks.find((task) => task.id === 'penguins--species')).toMatchObject({ state: 'abandoned', code: 'trivial' });
  });

  it('shows in each verified task what it is worth', async () => {
    const verified = report.tasks.filter((task) => task.state === 'verified');
    for (const { id } of verified) {
      const { value } = await manifestOf(id);
      const [trivial, strong] = [value?.scores.trivial?.score ?? 0, value?.scores.strong?.score ?? 0];
      expect(value?.reward_anchors).toEqual({ 0: trivial, 1: strong });
      expect(trivial).not.toBe(strong);
      expect(await readdir(join(out, 'tasks', id, 'verification'))).toEqual(['assert.json', 'audit.json', 'execute.json', 'review.json']);
    }
  });

  it('publishes packages that load and grade by the contracts of MLE-Dojo and OpenMLE-Gym', async () => {
    const loaders = join(import.meta.dirname, '..', '..', '..', 'refactor', 'src', 'stage', 'testing', 'peer_loaders.py');
    const ids = await readdir(join(out, 'tasks'));

    const { stdout } = await promisify(execFile)(PYTHON, ['-B', loaders, ...ids.flatMap((id) => [join(out, 'tasks', id), id])]);

    expect(JSON.parse(stdout)).toEqual([]);
  }, 120_000);

  it('ships a reference solution that runs without this program and beats the sample', async () => {
    const task = join(out, 'tasks', 'penguins--body-mass-g');
    const submission = join(out, '..', 'reference.csv');

    await promisify(execFile)(PYTHON, ['-B', join(task, 'solution', 'solve.py'), join(task, 'data', 'public'), submission]);
    const [mine, sample] = await Promise.all(
      [submission, join(task, 'data', 'public', 'sample_submission.csv')].map(
        async (file) => JSON.parse((await runCli(['score', task, file, '--json'])).stdout) as { score: number },
      ),
    );

    expect(mine?.score).toBeLessThan(0.6 * (sample?.score ?? 0));
  }, 120_000);

  it('leaves no time, host or path of this machine in a package', async () => {
    const entries = await readdir(join(out, 'tasks'), { recursive: true, withFileTypes: true });
    const texts = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json') && !entry.parentPath.includes('/raw'));
    for (const entry of texts) {
      const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
      expect(text).not.toContain(out);
      expect(text).not.toMatch(/"(durationMs|seconds|host|createdAt|startedAt)"/);
    }
  });

  it('writes a report that needs nothing from elsewhere', async () => {
    const page = await readFile(join(out, 'report', 'index.html'), 'utf8');

    expect(page).not.toMatch(/<script|src=|href="http|url\(/);
    expect(page).toContain('vehicles-2021--comb-mpg');
  });

  it('has nothing left to do the second time, and changes no package', async () => {
    const before = await digests(join(out, 'tasks'));

    const again = await runCli(['run', join(EXAMPLES, 'vehicles-2021'), '--out', out]);

    expect(again.code).toBe(0);
    expect(again.stderr.trim().split('\n')).toHaveLength(1);
    expect(await digests(join(out, 'tasks'))).toEqual(before);
  });

  it('answers status, list, show and audit from what the run left', async () => {
    const status = JSON.parse((await runCli(['status', '--out', out, '--json'])).stdout) as object;
    const costs = Costs.pick({ verified: true, byStage: true, perVerifiedTask: true }).parse(status);
    const { verified, byStage, perVerifiedTask } = costs;
    const list = await runCli(['list', '--out', out]);
    const show = await runCli(['show', 'penguins--species', '--out', out]);
    const audit = await runCli(['audit', '--out', out]);

    expect(status).toEqual({ funnel: report.funnel, open: {}, oldest: [], ...costs });
    // Tasks that were abandoned are paid by those that were verified.
    expect(verified.tasks * (perVerifiedTask?.byStage['execute']?.cpuSeconds ?? 0)).toBeCloseTo(byStage['execute']?.cpuSeconds ?? NaN, 1);
    expect(byStage['execute']?.cpuSeconds).toBeGreaterThan(verified.byStage['execute']?.cpuSeconds ?? NaN);
    expect(verified.tasks).toBe(report.funnel.verified);
    expect(verified.dearest.map(({ id }) => id).sort()).toEqual(
      report.tasks
        .filter(({ state }) => state === 'verified')
        .map(({ id }) => id)
        .sort(),
    );
    expect(list.stdout).toContain('abandoned (trivial)');
    expect(show.stdout).toMatch(/execute .*task\.reviewed → task\.abandoned/);
    expect(audit).toMatchObject({ code: 0, stdout: 'clean: every invariant holds\n' });
  });

  it('sees in an audit that a package was changed, and restores it with the same command', async () => {
    const answers = join(out, 'tasks', 'penguins--sex', 'data', 'private', 'test_answer.csv');
    const before = await readFile(answers, 'utf8');
    await writeFile(answers, `${before}1,1\n`);

    const audit = await runCli(['audit', '--out', out]);
    await runCli(['run', join(EXAMPLES, 'penguins'), '--out', out]);

    expect(audit).toMatchObject({ code: 1, stdout: expect.stringContaining('package_file_changed') as string });
    expect(await readFile(answers, 'utf8')).toBe(before);
  });

  it('sees in an audit what does not belong below tasks, and leaves the rest its results when one package cannot be read', async () => {
    const tasks = join(out, 'tasks');
    await symlink('penguins--sex', join(tasks, 'alias'));
    await mkdir(join(tasks, 'penguins--sex', 'data', 'public', 'more'));

    const audit = await runCli(['audit', '--out', out, '--json']);
    await rm(join(tasks, 'alias'));
    await runCli(['run', join(EXAMPLES, 'penguins'), '--out', out]);
    const verify = await runCli(['verify', join(tasks, 'no-such-task'), join(tasks, 'penguins--sex'), '--json']);

    const { violations } = JSON.parse(audit.stdout) as { violations: { code: string; subject: string }[] };
    expect(violations.map(({ code, subject }) => `${code} ${subject}`)).toEqual(['package_file_strange penguins--sex', 'package_unknown alias']);
    expect(VerifyReport.parse(JSON.parse(verify.stdout)).packages.map(({ passed }) => passed)).toEqual([false, true]);
    expect(verify.code).toBe(1);
    expect((await runCli(['audit', '--out', out])).code).toBe(0);
  }, 120_000);

  it('verifies what it published, and finds the same in its exports to MLE-Dojo, OpenMLE-Gym and mle-bench', async () => {
    const id = 'penguins--body-mass-g';
    const task = join(out, 'tasks', id);
    const place = (format: string): string => join(out, '..', 'exported', format);
    const exported = await Promise.all(
      ['mle-dojo', 'openmle-gym', 'mle-bench'].map((format) => runCli(['export', task, '--to', format, '--out', place(format), '--include-starter'])),
    );
    expect(exported.map(({ code }) => code)).toEqual([0, 0, 0]);

    const result = await runCli(['verify', task, join(place('mle-dojo'), id), join(place('openmle-gym'), id, id), join(place('mle-bench'), id), '--json']);

    const { packages } = VerifyReport.parse(JSON.parse(result.stdout));
    for (const { findings, ladder } of packages) {
      expect(findings.filter((finding) => finding.severity === 'block')).toEqual([]);
      expect(ladder).toHaveProperty('rungs');
    }
    const [native, ...imported] = packages.map(({ ladder }) => ladder);
    const trivial = (ladder: typeof native): unknown =>
      Ladder.parse(ladder)
        .rungs.filter((rung) => rung.kind === 'trivial')
        .map(({ name, score }) => [name, score]);
    expect(imported).toEqual([imported[0], imported[0], imported[0]]);
    expect(trivial(imported[0])).toEqual(trivial(native));
    expect(result.code).toBe(0);
  }, 240_000);

  it('scores the sample like its constant, and refuses a submission with a row missing', async () => {
    const task = join(out, 'tasks', 'penguins--body-mass-g');
    const good = await runCli(['score', task, join(task, 'data', 'public', 'sample_submission.csv'), '--json']);
    const bad = await runCli(['score', task, join(task, 'data', 'public', 'test.csv'), '--json']);

    expect(JSON.parse(good.stdout)).toMatchObject({ valid: true });
    expect(good.code).toBe(0);
    expect(JSON.parse(bad.stdout)).toMatchObject({ valid: false, score: null });
    expect(bad.code).toBe(1);
  }, 120_000);

  it('holds a session of JSON lines with a task', async () => {
    const lines = [
      '{"action":"request_info","topic":"limits"}',
      'not json',
      JSON.stringify({ action: 'execute_code', code: 'import shutil, sys\nshutil.copy(sys.argv[1] + "/sample_submission.csv", "submission.csv")' }),
      '{"action":"get_history"}',
    ];
    const session = await runCli(['env', join(out, 'tasks', 'penguins--body-mass-g')], { input: `${lines.join('\n')}\n` });

    const replies = session.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ok: boolean; result?: { mode?: string } });
    expect(replies.map((reply) => reply.ok)).toEqual([true, false, true, true]);
    expect(replies[2]?.result?.mode).toBe('scored');
  }, 120_000);
});

suite('a run that is disturbed', () => {
  const place = temporaryFolder();
  const penguins = (...args: readonly string[]): string[] => ['run', join(EXAMPLES, 'penguins'), '--max-tasks', '2', '--out', ...args];
  const massOf = async (folder: string): Promise<Record<string, string>> => digests(join(folder, 'tasks', 'penguins--body-mass-g'));

  it('is refused to a second process while the first works', async () => {
    const running = startCli(penguins(join(place, 'busy')));
    await running.said('registered');

    const second = await runCli(penguins(join(place, 'busy')));

    expect(second.code).toBe(78);
    expect(second.stderr).toContain('another mle-smith works on this run directory');
    process.kill(-running.child.pid!, 'SIGINT');
    expect((await running.done).code).toBe(130);
  }, 120_000);

  it('lets work in hand finish on Ctrl-C, goes on with the same command, and ends in the same packages', async () => {
    const target = join(place, 'interrupted');
    const running = startCli(penguins(target, '--workers', '1'));
    await running.said('designed');
    process.kill(-running.child.pid!, 'SIGINT');

    const stopped = await running.done;
    const resumed = await runCli(penguins(target));

    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('the same command goes on');
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).not.toContain('registered');
    expect(await massOf(target)).toEqual(await massOf(out));
  }, 180_000);

  it('goes on after kill -9 and ends in the same packages', async () => {
    const target = join(place, 'killed');
    for (const moment of ['registered', 'designed', 'asserted']) {
      const running = startCli(penguins(target));
      await Promise.race([running.said(moment), running.done]);
      if (running.child.exitCode === null) process.kill(running.child.pid!, 'SIGKILL');
      await running.done;
    }

    const resumed = await runCli(penguins(target));
    const audit = await runCli(['audit', '--out', target]);

    expect(resumed.code).toBe(0);
    expect(audit.code).toBe(0);
    expect(await massOf(target)).toEqual(await massOf(out));
  }, 240_000);
});
