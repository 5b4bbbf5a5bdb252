import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Isolation } from '@mle-smith/contracts';
import type { ArtifactStore, BundleFile } from '@mle-smith/package';
import { DEFAULT_LIMITS, type Job, type JobResult, type JobRunner } from '../job-runner.ts';
import { tellsPhases, withoutPhases } from '../sandbox/job-phases.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..', '..');

/** Runs the job described by the file given as argument; the result of a call goes to the second. */
const DRIVER = `
import importlib, json, os, pathlib, runpy, sys
job = json.load(open(sys.argv[1]))
source, output = pathlib.Path(job["input"]), pathlib.Path(job["output"])
os.chdir(output)
if "call" in job["run"]:
    module, name = job["run"]["call"].split(":")
    from mle_env import phases
    phases.begin()
    phases.enter("import")
    value = getattr(importlib.import_module(module), name)(job["run"]["argument"], source, output)
    with open(job["result"], "w") as stream:
        json.dump(value, stream, allow_nan=False)
        if job["phases"]: stream.write("\\n" + json.dumps(phases.told()))
else:
    script = source / job["run"]["script"]
    sys.argv = [str(script), *job["run"].get("arguments", [])]
    sys.path.insert(0, str(script.parent))
    runpy.run_path(str(script), run_name="__main__")
`;

/** A job runner without any isolation, for tests of what stands above it: one Python process a job, in a temporary folder. */
export class DirectJobRunner implements JobRunner {
  readonly #artifacts: ArtifactStore;
  readonly #python: string;

  constructor(options: { readonly artifacts: ArtifactStore; readonly python?: string }) {
    this.#artifacts = options.artifacts;
    this.#python = options.python ?? process.env['MLE_SMITH_PYTHON'] ?? join(REPOSITORY, '.cache', 'venv', 'bin', 'python');
  }

  async run(job: Job, signal?: AbortSignal): Promise<JobResult> {
    const root = await mkdtemp(join(tmpdir(), 'mle-smith-job-'));
    try {
      return await this.#runIn(root, job, signal);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }

  isolation(): Isolation {
    return { kind: 'none', gaps: ['jobs run as plain processes'] };
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  async #runIn(root: string, job: Job, signal: AbortSignal | undefined): Promise<JobResult> {
    const started = performance.now();
    const [input, output, result] = [join(root, 'input'), join(root, 'output'), join(root, 'result.json')];
    await mkdir(input);
    await mkdir(output);
    for (const { at, bundle, prefix = '' } of job.inputs) {
      for (const file of await this.#artifacts.getBundle(bundle)) {
        if (file.path.startsWith(prefix)) await write(join(input, at, file.path.slice(prefix.length)), await this.#artifacts.get(file.digest));
      }
    }
    for (const [path, bytes] of Object.entries(job.files ?? {})) await write(join(input, path), bytes);
    const here = (text: string): string => text.replace(/^\/(input|output)(?=\/|$)/u, (_match, name: string) => join(root, name));
    const run = 'call' in job.run ? job.run : { script: job.run.script, arguments: (job.run.arguments ?? []).map(here) };
    await writeFile(join(root, 'job.json'), JSON.stringify({ run, input, output, result, phases: tellsPhases(job) }));
    await writeFile(join(root, 'driver.py'), DRIVER);

    const ended = await this.#spawn(root, job, signal);
    const common = {
      log: ended.log,
      outputs: await this.#collect(output, job.outputs ?? []),
      durationMs: performance.now() - started,
      isolation: this.isolation(),
    };
    if (ended.timedOut) return { ...common, status: 'timeout', message: `the job ran longer than ${wallMs(job)} ms` };
    if (ended.exitCode !== 0) return { ...common, status: 'failed', exitCode: ended.exitCode, message: lastLine(ended.log) };
    const told = 'call' in job.run ? withoutPhases(await readFile(result)) : undefined;
    const value =
      told === undefined ? {} : { value: JSON.parse(told.value.toString('utf8')) as unknown, ...(told.phases.length === 0 ? {} : { phases: told.phases }) };
    return { ...common, ...value, status: 'succeeded', exitCode: 0, message: '' };
  }

  #spawn(root: string, job: Job, signal: AbortSignal | undefined): Promise<{ exitCode: number; timedOut: boolean; log: string }> {
    const seed = { measure: '0', solve: '1', grade: '2' }[job.zone];
    const child = spawn(this.#python, ['-B', join(root, 'driver.py'), join(root, 'job.json')], {
      cwd: root,
      detached: true,
      signal,
      env: {
        PATH: '/usr/bin:/bin',
        HOME: root,
        PYTHONPATH: join(REPOSITORY, 'libs', 'mle-env', 'src'),
        PYTHONHASHSEED: seed,
        OMP_NUM_THREADS: '1',
        OPENBLAS_NUM_THREADS: '1',
        TZ: job.environment?.timezone ?? 'UTC',
      },
    });
    return new Promise((resolve, reject) => {
      let log = '';
      let timedOut = false;
      const keep = (chunk: Buffer): void => {
        log = (log + chunk.toString('utf8')).slice(-(job.limits?.logBytes ?? DEFAULT_LIMITS.logBytes));
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      const timer = setTimeout(() => {
        timedOut = true;
        killGroup(child.pid);
      }, wallMs(job));
      child.once('error', reject);
      child.once('exit', () => {
        killGroup(child.pid);
      });
      child.once('close', (code) => {
        clearTimeout(timer);
        resolve({ exitCode: code ?? 137, timedOut, log });
      });
    });
  }

  async #collect(output: string, wanted: readonly string[]): Promise<BundleFile[]> {
    const entries = await readdir(output, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(output.length + 1));
    const kept = paths.filter((path) => wanted.some((name) => name === '.' || path === name || path.startsWith(`${name.replace(/\/$/u, '')}/`)));
    return Promise.all(kept.sort().map(async (path) => ({ path, ...(await this.#artifacts.putFile(join(output, path))) })));
  }
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

function wallMs(job: Job): number {
  return job.limits?.wallMs ?? DEFAULT_LIMITS.wallMs;
}

function lastLine(log: string): string {
  return log.trimEnd().split('\n').at(-1) ?? 'the job failed';
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is already gone.
  }
}
