import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { allSubjects, auditStore } from '@mle-smith/stage-runtime';
import { seededRandom } from '@mle-smith/stage-runtime/testing';
import { isLocked } from './directory-lock.ts';
import { SqliteTaskStore } from './sqlite-task-store.ts';

const folders: string[] = [];
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'state-'));
  folders.push(path);
  return path;
}
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

function start(script: string, root: string): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'testing', script), root], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** Reads a process's lines to its end, killing it after `count` of them; gives how it ended. */
async function follow(child: ChildProcess, count: number): Promise<{ lines: string[]; exit: string | number | null }> {
  const closed = once(child, 'close');
  const lines: string[] = [];
  if (child.stdout === null) throw new Error('the output must be a pipe');
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length === count) child.kill('SIGKILL');
  }
  await closed;
  return { lines, exit: child.signalCode ?? child.exitCode };
}

/** What a run decided, without what differs from run to run. */
async function decided(root: string): Promise<unknown> {
  const store = SqliteTaskStore.openReader(root);
  const artifacts = await FilesystemArtifactStore.open(join(root, 'artifacts'));
  try {
    expect(await auditStore(store, artifacts)).toEqual([]);
    const subjects = [...(await allSubjects(store))].sort((one, other) => (one.id < other.id ? -1 : 1));
    return await Promise.all(
      subjects.map(async ({ id, state, generation, documents }) => ({
        id,
        state,
        generation,
        documents,
        passed: (await store.history(id)).map((row) => `${row.stage} ${row.generation} ${row.outcome}`),
      })),
    );
  } finally {
    store.close();
  }
}

describe('a run directory in use', () => {
  it('refuses a second process, naming the first, until that one has gone in whatever way', async () => {
    const root = await folder();
    const holder = start('holding-child.ts', root);
    const [line] = (await once(createInterface(holder.stdout as NodeJS.ReadableStream), 'line')) as [string];

    expect(() => SqliteTaskStore.open(root)).toThrow(
      expect.objectContaining({ code: 'state_in_use', message: expect.stringContaining(`pid=${line}]`) as string }) as Error,
    );

    expect([isLocked(root), isLocked(join(root, 'elsewhere'))]).toEqual([true, false]);
    holder.kill('SIGKILL');
    await once(holder, 'close');
    expect(isLocked(root)).toBe(false);
    SqliteTaskStore.open(root).close();
  });
});

describe('a run that is killed', () => {
  let undisturbed: unknown;
  beforeAll(async () => {
    const root = await folder();
    await follow(start('pipeline-child.ts', root), Infinity);
    undisturbed = await decided(root);
  });

  it.each([1, 2, 3, 4, 5])('ends as an undisturbed one when it is started again, no stage passed twice, seed %i', async (seed) => {
    const root = await folder();
    const random = seededRandom(seed);
    const finished: string[] = [];
    for (let exit: string | number | null = 'SIGKILL', kills = 0; exit === 'SIGKILL'; kills += 1) {
      const life = await follow(start('pipeline-child.ts', root), kills < 3 ? 1 + Math.floor(random() * 30) : Infinity);
      finished.push(...life.lines.filter((line) => line.endsWith('finished')));
      exit = life.exit;
    }

    expect(await decided(root)).toEqual(undisturbed);
    // Only the task that was sent back passes a stage twice.
    const twice = finished.filter((line, index) => finished.indexOf(line) !== index).map((line) => line.split(' ')[0]);
    expect([...new Set(twice)]).toEqual(['d-2']);
  });
});
