import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { answerOfKilled, FrameReader, type Answer, type AnswerHeader, type PooledSandbox } from '@mle-smith/environment/sandbox';
import { createControlGroup, type ControlGroup } from './cgroup.ts';
import { emptyInbox } from './inbox.ts';
import { INFO_DESCRIPTOR, sandboxCommand, type SandboxPlace, type SandboxSettings } from './sandbox-command.ts';
import { releaseSandboxUid, takeSandboxUid } from './sandbox-uid.ts';

/** Processes of the sandbox itself that its control group counts besides those of a job. */
const OWN_PROCESSES = 8;
/** How long emptying the scratch may take. */
const EMPTYING_MS = 60_000;
let count = 0;

/** One running sandbox with a Python inside and a private inbox at /input. */
export class SandboxProcess implements PooledSandbox {
  readonly inbox: string;
  readonly #place: SandboxPlace;
  readonly #child: ChildProcess;
  readonly #frames: FrameReader;
  readonly #group: ControlGroup | undefined;
  readonly #exited: Promise<void>;
  /** Process 1 as the host sees it; undefined where there is none, or until it is known. */
  #inner: number | undefined;
  #stderr = '';
  #dead = false;
  #jobs = 0;
  /** A job was sent and its leavings are not yet known to be gone. */
  #used = false;

  private constructor(place: SandboxPlace, child: ChildProcess, group: ControlGroup | undefined) {
    this.#place = place;
    this.inbox = join(place.root, 'input');
    this.#child = child;
    this.#group = group;
    this.#frames = new FrameReader(child.stdout!);
    child.stderr!.on('data', (chunk: Buffer) => (this.#stderr = (this.#stderr + chunk.toString()).slice(-4096)));
    child.stdin!.on('error', () => undefined);
    child.once('exit', () => (this.#dead = true));
    child.once('error', (error) => (this.#stderr += error.message));
    this.#exited = new Promise((resolve) => child.once('close', () => resolve()));
    void innerProcess(child.stdio[INFO_DESCRIPTOR] as Readable).then((pid) => (this.#inner = pid));
  }

  /** Starts a sandbox; it is ready for jobs when `ready` resolves. `root` is a fresh private folder of the host. */
  static async start(root: string, hashSeed: number, warm: boolean, settings: SandboxSettings): Promise<SandboxProcess> {
    await mkdir(join(root, 'input'), { recursive: true, mode: 0o755 });
    await mkdir(join(root, 'output'), { recursive: true });
    const group = settings.mode === 'process' ? undefined : await createControlGroup(String((count += 1)));
    await group?.setLimits(settings.memoryMb, settings.processes + OWN_PROCESSES);
    const place = { root, uid: takeSandboxUid(), hashSeed, warm, joinFiles: group?.joinFiles ?? [] };
    const command = sandboxCommand(settings, place);
    const filter = settings.mode === 'process' || settings.seccompFile === undefined ? undefined : openSync(settings.seccompFile, 'r');
    try {
      const child = spawn(command.program, command.arguments, {
        stdio: ['pipe', 'pipe', 'pipe', 'pipe', ...(filter === undefined ? [] : [filter])],
        env: command.environment,
        cwd: command.directory,
        // A session of its own: Ctrl-C in a terminal reaches the caller, who decides what becomes of work in hand.
        detached: true,
      });
      return new SandboxProcess(place, child, group);
    } finally {
      if (filter !== undefined) closeSync(filter);
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

  /** Whether the kernel bounds the memory of all its processes together. */
  get limitsMemory(): boolean {
    return this.#group !== undefined;
  }

  /** Sets what one job may use of memory and processes. */
  async limit(memoryMb: number, processes: number): Promise<void> {
    await this.#group?.setLimits(memoryMb, processes + OWN_PROCESSES);
  }

  /** Sends one job and waits for its answer; undefined when the sandbox died or the backstop ended it. */
  async serve(job: object, backstopMs: number, signal: AbortSignal | undefined): Promise<Answer | undefined> {
    this.#jobs += 1;
    const killsBefore = (await this.#group?.outOfMemoryKills()) ?? 0;
    const started = performance.now();
    const stop = (): void => this.#end();
    const backstop = setTimeout(stop, backstopMs);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      if (signal?.aborted === true) stop();
      this.#child.stdin!.write(`${JSON.stringify(job)}\n`);
      this.#used = true;
      const answer = await this.#answer();
      if (answer === undefined) {
        // Over for good, whatever the reason: nobody may hand it the next job.
        this.#end();
        await this.#exited;
      }
      const outOfMemory = ((await this.#group?.outOfMemoryKills()) ?? 0) > killsBefore;
      if (answer !== undefined) return { ...answer, outOfMemory };
      // What a job wrote to the scratch counts as memory and belongs to no process: the kernel may have to end the server itself.
      return outOfMemory ? answerOfKilled(Math.round(performance.now() - started)) : undefined;
    } finally {
      clearTimeout(backstop);
      signal?.removeEventListener('abort', stop);
    }
  }

  /** Waits until the scratch is emptied after a job and takes its inputs out; false where something is left. */
  async emptied(): Promise<boolean> {
    // Without a sandbox a job may have shut the folders of its inputs.
    return (await this.#scratchEmptied()) && (await emptyInbox(this.inbox));
  }

  /** Ends the sandbox with everything in it and removes its folder. */
  async close(): Promise<void> {
    this.#end();
    await this.#exited;
    releaseSandboxUid(this.#place.uid);
    await this.#group?.remove();
    // What cannot be removed now goes with the work folder when the next run sweeps it.
    await rm(this.#place.root, { recursive: true, force: true }).catch(() => undefined);
  }

  async #scratchEmptied(): Promise<boolean> {
    if (!this.#used) return this.alive;
    this.#used = false;
    const backstop = setTimeout(() => this.#end(), EMPTYING_MS);
    const line = this.alive ? await this.#frames.line() : undefined;
    clearTimeout(backstop);
    return line !== undefined && (JSON.parse(line) as { clean: boolean }).clean;
  }

  async #answer(): Promise<Answer | undefined> {
    const line = await this.#frames.line();
    if (line === undefined) return undefined;
    const header = JSON.parse(line) as AnswerHeader;
    const log = await this.#frames.bytes(header.logBytes);
    const result = await this.#frames.bytes(header.resultBytes);
    const outputs: { path: string; bytes: Buffer }[] = [];
    for (const file of header.outputs) {
      const bytes = await this.#frames.bytes(file.bytes);
      if (bytes !== undefined) outputs.push({ path: file.path, bytes });
    }
    if (log === undefined || result === undefined || outputs.length < header.outputs.length) return undefined;
    return { ...header, log, result, outputs, outOfMemory: false };
  }

  /** Process 1 is killed by its own id, which takes everything inside with it: a kill of bubblewrap does not reach another user's process. */
  #end(): void {
    this.#child.stdin!.destroy();
    // Nobody reads on, and a stream with something unread would keep the process from being closed.
    this.#child.stdout!.destroy();
    if (this.#dead) return;
    this.#dead = true;
    if (this.#inner !== undefined) kill(this.#inner);
    this.#child.kill('SIGKILL');
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is already gone.
  }
}

/** The process id that bubblewrap tells; undefined where nobody tells one. */
async function innerProcess(info: Readable): Promise<number | undefined> {
  let text = '';
  try {
    for await (const chunk of info) text += String(chunk);
  } catch {
    return undefined;
  }
  const pid = /"child-pid": (\d+)/.exec(text)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/** A sandbox that did not come up. */
export class SandboxStartError extends Error {
  readonly code = 'sandbox_start_failed';
  constructor(stderr: string) {
    super(`the sandbox did not start; run \`mle-smith doctor\` [stderr=${JSON.stringify(stderr.trim().slice(-600))}]`);
    this.name = new.target.name;
  }
}
