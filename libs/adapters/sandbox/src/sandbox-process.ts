import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bubblewrapArguments, type BubblewrapMode } from './bubblewrap-arguments.ts';
import { createControlGroup, type ControlGroup } from './cgroup.ts';
import { FrameReader } from './frame-reader.ts';
import type { PythonRuntime } from './python-runtime.ts';

/** How a sandbox process is started: in bubblewrap, or (ours only) as a plain limited process. */
export interface SandboxSettings {
  readonly mode: BubblewrapMode | 'process';
  readonly python: PythonRuntime;
  /** Folder that holds the `mle_env` package. */
  readonly mleEnvPath: string;
  readonly seccompFile: string | undefined;
  readonly memoryMb: number;
  readonly processes: number;
  readonly diskMb: number;
}

/** What process 1 answers for a job; the collected bytes follow it on the wire. */
export interface Answer {
  readonly status: 'ended' | 'timeout' | 'log_limit' | 'rejected';
  readonly exitCode: number | null;
  readonly signal: number | null;
  readonly message?: string;
  readonly value?: unknown;
  readonly log: string;
  readonly outputs: readonly { path: string; bytes: Buffer }[];
  readonly clean: boolean;
  readonly durationMs: number;
  readonly peakMemoryMb: number;
  readonly outOfMemory: boolean;
}

/** Sandbox uids are far above those of people and services. */
const FIRST_UID = 200_000;
let slots = 0;

/** One running sandbox with a warm Python inside and a private inbox at /input. */
export class SandboxProcess {
  readonly inbox: string;
  readonly #root: string;
  readonly #child: ChildProcess;
  readonly #frames: FrameReader;
  readonly #group: ControlGroup | undefined;
  readonly #exited: Promise<void>;
  #stderr = '';
  #dead = false;
  #jobs = 0;

  private constructor(root: string, child: ChildProcess, group: ControlGroup | undefined) {
    this.#root = root;
    this.inbox = join(root, 'input');
    this.#child = child;
    this.#group = group;
    this.#frames = new FrameReader(child.stdout!);
    child.stderr!.on('data', (chunk: Buffer) => (this.#stderr = (this.#stderr + chunk.toString()).slice(-4096)));
    child.stdin!.on('error', () => undefined);
    this.#exited = new Promise((resolve) =>
      child.on('close', () => {
        this.#dead = true;
        resolve();
      }),
    );
  }

  /** Starts a sandbox; it is ready for jobs when `ready` resolves. `root` is a fresh private folder of the host; a `warm` one has imported what our own jobs need. */
  static async start(root: string, hashSeed: number, warm: boolean, settings: SandboxSettings): Promise<SandboxProcess> {
    const slot = (slots += 1);
    await mkdir(join(root, 'input'), { recursive: true, mode: 0o755 });
    await mkdir(join(root, 'output'), { recursive: true });
    const group = settings.mode === 'process' ? undefined : await createControlGroup(String(slot));
    await group?.setLimits(settings.memoryMb, settings.processes + 8);
    const environment = {
      PATH: '/usr/bin:/bin',
      HOME: '/output',
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      TMPDIR: '/tmp',
      PYTHONHASHSEED: String(hashSeed),
      PYTHONDONTWRITEBYTECODE: '1',
      OMP_NUM_THREADS: '1',
      OPENBLAS_NUM_THREADS: '1',
      MKL_NUM_THREADS: '1',
      LOKY_MAX_CPU_COUNT: '1',
      ...(warm ? { MLE_SMITH_PRELOAD: '1' } : {}),
    };
    const server = join(settings.mleEnvPath, 'mle_env/server/__main__.py');
    // -I would ignore PYTHONHASHSEED; -P and -s keep scripts from being shadowed by their folder or a user's packages.
    const python = [settings.python.executable, '-P', '-s', server, settings.mleEnvPath];
    if (settings.mode === 'process') {
      const child = spawn(python[0]!, [...python.slice(1), root], {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...environment, HOME: join(root, 'output'), TMPDIR: root },
        cwd: join(root, 'output'),
      });
      return new SandboxProcess(root, child, undefined);
    }
    const descriptor = settings.seccompFile === undefined ? undefined : openSync(settings.seccompFile, 'r');
    try {
      const bubblewrap = bubblewrapArguments({
        mode: settings.mode,
        uid: FIRST_UID + (process.pid % 10_000) * 10 + (slot % 10),
        readOnly: [...settings.python.folders, settings.mleEnvPath],
        inbox: join(root, 'input'),
        outputBytes: settings.diskMb * 1024 * 1024,
        scratchBytes: settings.diskMb * 1024 * 1024,
        seccompDescriptor: descriptor === undefined ? undefined : 3,
        environment,
        command: python,
      });
      // A session of its own: Ctrl-C in a terminal reaches the caller, who decides what becomes of work in hand.
      const join_ = (group?.joinFiles ?? []).map((file) => `echo $$ > '${file}' && `).join('');
      const child = spawn('/bin/sh', ['-c', `${join_}exec "$@"`, 'sh', ...bubblewrap], {
        stdio: ['pipe', 'pipe', 'pipe', ...(descriptor === undefined ? [] : [descriptor])],
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        cwd: '/',
        detached: true,
      });
      return new SandboxProcess(root, child, group);
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  /** Resolves when Python has done its imports; throws with what the sandbox said when it could not start. */
  async ready(): Promise<void> {
    const line = await this.#frames.line();
    if (line === undefined) {
      await this.#exited;
      throw new SandboxStartError(this.#stderr);
    }
  }

  /** Jobs served so far. */
  get jobs(): number {
    return this.#jobs;
  }

  get alive(): boolean {
    return !this.#dead;
  }

  /** Puts one small file below /input. */
  async place(path: string, bytes: Uint8Array): Promise<void> {
    const target = join(this.inbox, path);
    await mkdir(join(target, '..'), { recursive: true });
    await writeFile(target, bytes, { mode: 0o644 });
  }

  async emptyInbox(): Promise<void> {
    const { readdir } = await import('node:fs/promises');
    for (const name of await readdir(this.inbox)) await rm(join(this.inbox, name), { recursive: true, force: true });
  }

  async limit(memoryMb: number, processes: number): Promise<void> {
    await this.#group?.setLimits(memoryMb, processes + 8);
  }

  /** Sends one job and waits for its answer; undefined when the sandbox died or the backstop ended it. */
  async serve(job: object, backstopMs: number, signal: AbortSignal | undefined): Promise<Answer | undefined> {
    this.#jobs += 1;
    const before = (await this.#group?.outOfMemoryKills()) ?? 0;
    const started = performance.now();
    const stop = (): void => this.#end();
    const backstop = setTimeout(stop, backstopMs);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      if (signal?.aborted === true) stop();
      this.#child.stdin!.write(`${JSON.stringify(job)}\n`);
      const line = await this.#frames.line();
      if (line === undefined) {
        // Over for good, whatever the reason: nobody may hand it the next job.
        this.#end();
        await this.#exited;
        // What a job wrote to the scratch counts as memory and belongs to no process: the kernel may have to end the server itself.
        const killed = ((await this.#group?.outOfMemoryKills()) ?? 0) > before;
        return killed
          ? {
              status: 'ended',
              exitCode: 137,
              signal: null,
              clean: true,
              durationMs: Math.round(performance.now() - started),
              peakMemoryMb: 0,
              log: '',
              outputs: [],
              outOfMemory: true,
            }
          : undefined;
      }
      const header = JSON.parse(line) as Omit<Answer, 'log' | 'outputs' | 'outOfMemory'> & { logBytes: number; outputs: { path: string; bytes: number }[] };
      const log = await this.#frames.bytes(header.logBytes);
      const outputs: { path: string; bytes: Buffer }[] = [];
      for (const file of header.outputs) {
        const bytes = await this.#frames.bytes(file.bytes);
        if (bytes === undefined) return undefined;
        outputs.push({ path: file.path, bytes });
      }
      const after = (await this.#group?.outOfMemoryKills()) ?? 0;
      return { ...header, log: log?.toString('utf8') ?? '', outputs, outOfMemory: after > before };
    } finally {
      clearTimeout(backstop);
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Ends the sandbox with everything in it and removes its folder. */
  async close(): Promise<void> {
    this.#end();
    await this.#exited;
    await this.#group?.remove();
    await rm(this.#root, { recursive: true, force: true });
  }

  /** The kill reaches bubblewrap alone where the inside has another user; the inside ends when its channel closes. */
  #end(): void {
    this.#child.stdin!.destroy();
    this.#child.kill('SIGKILL');
  }
}

/** A sandbox that did not come up. */
export class SandboxStartError extends Error {
  readonly code = 'sandbox_start_failed';
  constructor(stderr: string) {
    super(`the sandbox did not start; run \`mle-smith doctor\` [stderr=${JSON.stringify(stderr.trim().slice(-600))}]`);
    this.name = new.target.name;
  }
}
