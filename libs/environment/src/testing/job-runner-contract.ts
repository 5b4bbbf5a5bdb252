import type { ArtifactStore } from '@mle-smith/package';
import type { Job, JobResult, JobRunner } from '../job-runner.ts';

/** A runner under test with the store that it collects into. */
export interface RunnerUnderTest {
  readonly jobs: JobRunner;
  readonly artifacts: ArtifactStore;
  readonly close: () => Promise<void>;
}

const script = (text: string): Pick<Job, 'run' | 'files'> => ({ run: { script: 'job/main.py' }, files: { 'job/main.py': new TextEncoder().encode(text) } });

const bundleFile = ([file]: Awaited<ReturnType<ArtifactStore['getBundle']>>): string => file?.digest ?? '';

/** What every job runner must do; how well it keeps jobs apart is its own suite. */
export function describeJobRunner(name: string, open: () => Promise<RunnerUnderTest>): void {
  describe(`${name} as a job runner`, () => {
    let under: RunnerUnderTest;
    beforeAll(async () => {
      under = await open();
    }, 60_000);
    afterAll(() => under.close());

    const run = async (job: Pick<Job, 'run' | 'files'> & Partial<Job>): Promise<JobResult> =>
      under.jobs.run({ name: 'contract', zone: 'measure', trust: 'ours', inputs: [], ...job });

    it('calls a function and gives its value', async () => {
      expect(await run({ run: { call: 'json:loads', argument: '1' }, files: {} })).toMatchObject({ status: 'failed' });
      expect(await run({ run: { call: 'mle_env.audit.rebuild:rebuild', argument: {} }, files: {} })).toMatchObject({
        status: 'succeeded',
        value: { files: {} },
      });
    });

    it('tells the time of the parts of our own calls', async () => {
      const { phases = [], durationMs } = await run({ run: { call: 'mle_env.audit.rebuild:rebuild', argument: {} }, files: {} });

      expect(phases.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['import', 'read', 'prepare']));
      expect(phases.every(({ fromMs, toMs }) => fromMs >= 0 && fromMs <= toMs && toMs <= durationMs)).toBe(true);
    });

    it('lays inputs below /input, a prefix taken off, and brings declared outputs back', async () => {
      const encoder = new TextEncoder();
      const bundle = await under.artifacts.putBundle([
        { path: 'data/public/a.txt', digest: await under.artifacts.put(encoder.encode('hello')), bytes: 5 },
        { path: 'data/private/b.txt', digest: await under.artifacts.put(encoder.encode('secret')), bytes: 6 },
      ]);

      const result = await run({
        ...script(
          'import os, pathlib, sys\nroot = pathlib.Path(sys.argv[0]).parents[1]\nnames = sorted(str(path.relative_to(root / "data")) for path in (root / "data").rglob("*.txt"))\nopen("seen.txt", "w").write(",".join(names))\nos.mkdir("more")\nopen("more/x.txt", "w").write("x")\nopen("undeclared.txt", "w").write("y")\n',
        ),
        inputs: [{ at: 'data', bundle, prefix: 'data/public/' }],
        outputs: ['seen.txt', 'more'],
      });

      expect(result.status).toBe('succeeded');
      expect(result.outputs.map((file) => file.path)).toEqual(['more/x.txt', 'seen.txt']);
      expect(new TextDecoder().decode(await under.artifacts.get(result.outputs[1]?.digest ?? ''))).toBe('a.txt');
    });

    it('reports a failing program with its code and what it printed', async () => {
      expect(await run(script('print("before")\nraise SystemExit(3)\n'))).toMatchObject({
        status: 'failed',
        exitCode: 3,
        log: expect.stringContaining('before') as string,
      });
    });

    it('ends a program on the clock', async () => {
      expect((await run({ ...script('while True: pass\n'), limits: { wallMs: 1_000 } })).status).toBe('timeout');
    });

    it('serves the next job after one whose inputs cannot be laid out', async () => {
      const gone = `sha256:${'0'.repeat(64)}`;
      const good = await under.artifacts.putBundle([{ path: 'a.txt', digest: await under.artifacts.put(new Uint8Array([1])), bytes: 1 }]);

      const inputs = [
        { at: 'good', bundle: good },
        { at: 'gone', bundle: gone },
      ];
      await expect(run({ ...script('print(1)\n'), inputs })).rejects.toThrow();

      expect(await run(script('import os, sys\nprint(os.listdir(os.path.dirname(os.path.dirname(sys.argv[0]))))\n'))).toMatchObject({
        status: 'succeeded',
        log: "['job']\n",
      });
    });

    it('starts every job of a session from an empty folder, with inputs of its own', async () => {
      const over = new AbortController();
      const session = { over: over.signal };
      const next = (text: string): Promise<JobResult> => run({ ...script(text), zone: 'solve', trust: 'untrusted', session });

      expect((await next('open("left.txt", "w").write("x")\nprint("first")\n')).log).toBe('first\n');
      expect((await next('raise SystemExit(3)\n')).exitCode).toBe(3);
      expect((await next('import os\nprint(os.listdir("."))\n')).log).toBe('[]\n');
      over.abort();
      expect((await next('print("late")\n')).log).toBe('late\n');
    });

    it('gives every job of a session its inputs as they are in the store, whatever one before did to its own', async () => {
      const bytes = new TextEncoder().encode('as it is');
      const bundle = await under.artifacts.putBundle([{ path: 'deep/a.txt', digest: await under.artifacts.put(bytes), bytes: bytes.length }]);
      const over = new AbortController();
      const session = { over: over.signal };
      const next = (text: string): Promise<JobResult> => run({ ...script(text), inputs: [{ at: 'data', bundle }], zone: 'solve', trust: 'untrusted', session });
      const root = 'import os, pathlib, sys\nroot = pathlib.Path(sys.argv[0]).parents[1]\n';
      const spoil = `${root}def attempt(what, *arguments):
    try: what(*arguments)
    except OSError: pass
for mode in (0o777, 0o000):
    for path in (root, root / "data", root / "data/deep", root / "data/deep/a.txt"): attempt(os.chmod, path, mode)
    attempt(lambda: (root / "data/deep/a.txt").write_text("spoiled"))
    attempt(lambda: (root / "data/deep/b.txt").write_text("planted"))
    attempt(os.rename, root / "data/deep/a.txt", root / "data/deep/c.txt")
print("tried")
`;
      const look = `${root}print(sorted(str(path.relative_to(root)) for path in root.rglob("*.txt")), (root / "data/deep/a.txt").read_text())\n`;

      const said = [];
      for (const text of [look, spoil, look]) said.push((await next(text)).log);
      over.abort();

      expect(said).toEqual(["['data/deep/a.txt'] as it is\n", 'tried\n', "['data/deep/a.txt'] as it is\n"]);
      expect(new TextDecoder().decode(await under.artifacts.get(bundleFile(await under.artifacts.getBundle(bundle))))).toBe('as it is');
    });

    it('starts every job from an empty folder', async () => {
      await run(script('open("left.txt", "w").write("x")\n'));

      const result = await run({ ...script('import os\nprint(os.listdir("."))\n'), outputs: [] });

      expect(result.log).toContain('[]');
    });
  });
}
