import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { digestOf } from '@mle-smith/package';
import { FilesystemArtifactStore } from './filesystem-artifact-store.ts';

const WRITER = join(import.meta.dirname, 'testing/endless-writer.ts');

/** Kills the process after this many lines of its output; gives the lines. */
async function killAfter(child: ChildProcess, count: number): Promise<string[]> {
  const lines: string[] = [];
  const closed = once(child, 'close');
  if (child.stdout === null) throw new Error('the output must be a pipe');
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (lines.length === count) child.kill('SIGKILL');
  }
  await closed;
  expect(child.signalCode).toBe('SIGKILL');
  return lines;
}

describe('an artifact store whose writer is killed', () => {
  let root: string;
  beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'killed-'))));
  afterAll(() => rm(root, { recursive: true }));

  it.each([1, 2, 5, 17])('holds everything that was answered and nothing by half, kill after %i bundles', async (count) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WRITER, root], { stdio: ['ignore', 'pipe', 'inherit'] });
    const bundles = await killAfter(child, count);

    const store = await FilesystemArtifactStore.open(root);

    expect(bundles.length).toBeGreaterThanOrEqual(count);
    expect(await readdir(join(root, 'drafts'))).toEqual([]);
    for (const bundle of bundles) for (const file of await store.getBundle(bundle)) expect((await store.get(file.digest)).length).toBe(file.bytes);
    for (const digest of await store.digests()) expect(digestOf(await store.get(digest))).toBe(digest);
  });
});

// Tried where it leaves nothing behind. The test runner tells loudly of a test that is skipped.
const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0;

describe('an artifact store on a full disk', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'full-'));
    await mkdir(join(root, 'disk'));
    if (canMount) spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', join(root, 'disk')]);
  });
  afterAll(async () => {
    if (canMount) spawnSync('umount', ['-l', join(root, 'disk')]);
    await rm(root, { recursive: true });
  });

  (canMount ? it : it.skip)('says so, leaves nothing half-written, keeps what it had and goes on when there is room', async () => {
    const disk = join(root, 'disk');
    const store = await FilesystemArtifactStore.open(disk);
    const kept = await store.put(new TextEncoder().encode('kept'));
    const big = new Uint8Array(2 << 20).fill(7);
    await writeFile(join(root, 'big'), big);

    await expect(store.put(big)).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(store.putFile(join(root, 'big'))).rejects.toMatchObject({ code: 'ENOSPC' });

    expect(await readdir(join(disk, 'drafts'))).toEqual([]);
    expect(await store.digests()).toEqual([kept]);
    const small = await store.put(big.subarray(0, 100_000));
    expect(await store.get(small)).toHaveLength(100_000);
  });
});
