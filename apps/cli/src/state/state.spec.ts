import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FilesystemArtifactStore, FilesystemCallStore } from '@mle-smith/adapter-filesystem';
import { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import { digestOf } from '@mle-smith/package';
import { auditStore, type StoredSubject } from '@mle-smith/stage-runtime';
import { waitFor } from '@mle-smith/tools/testbed';
import { killGroup, runCli, startCli, temporaryFolder } from '../testing/run-cli.ts';
import { runFolders } from '../workshop.ts';
import { embeddedSource, embeddedTarget } from './embedded-state.ts';
import { exportState } from './export-state.ts';
import { importState } from './import-state.ts';
import { STATE_FILES, type StateManifest } from './state-manifest.ts';
import { addDatasets, livedState, workIn } from './testing/lived-state.ts';
import { MemoryTarget, timeless } from './testing/memory-target.ts';

const place = temporaryFolder();
const whole = join(place, 'whole');
const moved = join(place, 'moved');
let manifest: StateManifest;
let made = 0;
const fresh = (): string => join(place, `place-${(made += 1)}`);

async function exported(out: string, folder: string): Promise<StateManifest> {
  const source = await embeddedSource(out);
  try {
    return await exportState(source, folder);
  } finally {
    source.close();
  }
}

async function imported(folder: string, out: string): ReturnType<typeof importState> {
  const target = await embeddedTarget(out);
  try {
    return await importState(folder, target);
  } finally {
    target.close();
  }
}

/** Everything that a run directory holds, without the terms of what is open. */
async function stateOf(out: string): Promise<{ subjects: StoredSubject[]; calls: unknown }> {
  const store = SqliteTaskStore.openReader(runFolders(out).state);
  try {
    return { subjects: await timeless(store.stored()), calls: await FilesystemCallStore.openReader(runFolders(out).calls).list() };
  } finally {
    store.close();
  }
}

async function auditOf(out: string): Promise<unknown> {
  const store = SqliteTaskStore.openReader(runFolders(out).state);
  try {
    return await auditStore(store, await FilesystemArtifactStore.open(runFolders(out).artifacts));
  } finally {
    store.close();
  }
}

beforeAll(async () => {
  await livedState(whole);
  manifest = await exported(whole, moved);
});

describe('a state that moves', () => {
  it('is all of it: subjects in their order with history, turn and outbox, calls, and every blob that they need', async () => {
    const out = fresh();

    const done = await imported(moved, out);

    expect(done).toMatchObject({ subjects: 7, there: 0, calls: 2 });
    expect(await stateOf(out)).toEqual(await stateOf(whole));
    expect(await auditOf(out)).toEqual([]);
  });

  it('goes on where it is to the same end, and charges nobody for the move', async () => {
    const [here, there] = [fresh(), fresh()];
    await cp(whole, here, { recursive: true });
    await imported(moved, there);
    const store = SqliteTaskStore.openReader(runFolders(there).state);
    expect(await store.get('figs')).toMatchObject({ infraRetries: 0, attempts: 0 });
    store.close();

    for (const out of [here, there]) await workIn(out);

    const ends = await Promise.all([here, there].map(async (out) => endsOf(await stateOf(out))));
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[0]).toContainEqual(expect.objectContaining({ id: 'figs-2', state: 'task.verified' }));
    expect(await auditOf(there)).toEqual([]);
  });

  it('twice changes nothing, and says so', async () => {
    const out = fresh();
    await imported(moved, out);
    const before = await stateOf(out);

    expect(await imported(moved, out)).toMatchObject({ subjects: 7, there: 7 });
    expect(await stateOf(out)).toEqual(before);
  });

  it('whose import dies at any write is whole when it is imported again', async () => {
    const writes = manifest.blobs.files + manifest.calls.lines + manifest.subjects.lines;
    const expected = await stateOf(whole);
    for (let dieAt = 0; dieAt < writes; dieAt += 1) {
      const target = new MemoryTarget();
      target.left = dieAt;
      await expect(importState(moved, target)).rejects.toThrow('killed');

      target.left = Infinity;
      await importState(moved, target);

      expect([dieAt, await target.holds()]).toEqual([dieAt, expected]);
    }
    expect(writes).toBeGreaterThan(20);
  });

  it('whose import is killed is whole when it is imported again', async () => {
    const folder = fresh();
    await cp(whole, join(place, 'many'), { recursive: true });
    await addDatasets(join(place, 'many'), 100);
    await exported(join(place, 'many'), folder);

    const killed = async (out: string): Promise<NodeJS.Signals | null> => {
      const importing = startCli(['import-state', folder, '--out', out]);
      await waitFor(async () => (await readdir(runFolders(out).artifacts).catch(() => [])).length > 10, 30_000, 5);
      killGroup(importing);
      return (await importing.done).signal;
    };
    let out = fresh();
    // One may have ended before it was seen at work.
    for (let tries = 1; (await killed(out)) !== 'SIGKILL'; tries += 1) {
      expect(tries).toBeLessThan(5);
      out = fresh();
    }
    const again = await runCli(['import-state', folder, '--out', out, '--json']);

    expect(JSON.parse(again.stdout)).toMatchObject({ subjects: 107, calls: 2 });
    expect(await stateOf(out)).toEqual(await stateOf(join(place, 'many')));
    expect(await auditOf(out)).toEqual([]);
  }, 120_000);

  it('does not go where there is work already', async () => {
    const [worked, other] = [fresh(), fresh()];
    await imported(moved, worked);
    await workIn(worked);
    await livedState(other);
    await workIn(other);

    for (const out of [worked, other]) {
      const before = await stateOf(out);
      await expect(imported(moved, out)).rejects.toMatchObject({ code: 'state_not_empty' });
      expect(await stateOf(out)).toEqual(before);
    }
  });

  it('is exported whole or not at all, into a folder that is not there', async () => {
    const [folder, taken] = [fresh(), fresh()];
    await mkdir(`${folder}.partial/${STATE_FILES.blobs}`, { recursive: true });
    await mkdir(taken);
    await writeFile(join(taken, 'mine'), '');

    expect(await exported(whole, folder)).toEqual(manifest);
    expect((await readdir(folder)).sort()).toEqual(Object.values(STATE_FILES).sort());
    await expect(exported(whole, taken)).rejects.toMatchObject({ code: 'state_taken' });
    await expect(exported(whole, folder)).rejects.toMatchObject({ code: 'state_taken' });
  });
});

describe('a state from somebody else', () => {
  const blob = (folder: string, digest: string): string => join(folder, STATE_FILES.blobs, digest.slice(7, 9), digest.slice(7));
  /** Changes the lines of a file, and lets the manifest tell of them. */
  const edit = async (folder: string, name: 'subjects' | 'calls', change: (line: string) => string): Promise<void> => {
    const text = (await readFile(join(folder, STATE_FILES[name]), 'utf8')).trimEnd().split('\n').map(change).join('\n') + '\n';
    await writeFile(join(folder, STATE_FILES[name]), text);
    const lines = { lines: text.trimEnd().split('\n').length, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
    await writeFile(join(folder, STATE_FILES.manifest), JSON.stringify({ ...manifest, [name]: lines }));
  };
  const rewrite = (folder: string, change: Partial<Record<keyof StateManifest, unknown>>): Promise<void> =>
    writeFile(join(folder, STATE_FILES.manifest), JSON.stringify({ ...manifest, ...change }));
  const anyBlob = async (folder: string): Promise<string> => {
    const names = (await readdir(join(folder, STATE_FILES.blobs), { recursive: true })).filter((name) => name.length > 60).sort();
    return join(folder, STATE_FILES.blobs, names[0] ?? '');
  };

  it.each<[string, string, (folder: string) => Promise<unknown>]>([
    ['no manifest', 'state_invalid', (folder) => rm(join(folder, STATE_FILES.manifest))],
    ['a manifest that is no JSON', 'state_invalid', (folder) => writeFile(join(folder, STATE_FILES.manifest), 'null')],
    ['a manifest without an end', 'state_invalid', (folder) => writeFile(join(folder, STATE_FILES.manifest), '['.repeat(100_000))],
    ['a newer version', 'state_newer', (folder) => rewrite(folder, { version: 2 })],
    ['another format', 'state_invalid', (folder) => rewrite(folder, { format: 'else' })],
    ['a field that nobody knows', 'state_invalid', (folder) => edit(folder, 'subjects', (line) => line.replace('"priority"', '"admin":true,"priority"'))],
    ['a line that the manifest does not know', 'state_invalid', (folder) => writeFile(join(folder, STATE_FILES.subjects), 'x'.repeat(manifest.subjects.bytes))],
    ['lines that are missing', 'state_invalid', (folder) => writeFile(join(folder, STATE_FILES.subjects), '')],
    ['an id that is a path', 'state_invalid', (folder) => edit(folder, 'subjects', (line) => line.replaceAll('"figs"', '"../figs"'))],
    ['a state that is none', 'state_invalid', (folder) => edit(folder, 'subjects', (line) => line.replace('"task.asserted"', '"task.blessed"'))],
    ['a task in a state of datasets', 'state_invalid', (folder) => edit(folder, 'subjects', (line) => line.replace('"kind":"dataset"', '"kind":"task"'))],
    ['a document that is no digest', 'state_invalid', (folder) => edit(folder, 'subjects', (line) => line.replace('"sha256:', '"../../sha256:'))],
    ['the same subject twice', 'state_invalid', (folder) => edit(folder, 'subjects', (line) => `${line}\n${line}`)],
    [
      'tasks without their dataset',
      'state_invalid',
      (folder) => edit(folder, 'subjects', (line) => line.replace('"datasetId":"pears"', '"datasetId":"apples"')),
    ],
    ['more steps than hands', 'state_invalid', (folder) => edit(folder, 'subjects', (line) => line.replace(/"fence":\d+/, '"fence":0'))],
    [
      'a message of megabytes',
      'state_invalid',
      (folder) => edit(folder, 'subjects', (line) => line.replace('"findings":[]', `"findings":[],"message":"${'x'.repeat(2e6)}"`)),
    ],
    ['an event that is of no fact', 'state_invalid', (folder) => edit(folder, 'subjects', (line) => line.replace('"outbox":[]', `"outbox":[${STRANGE}]`))],
    ['more findings than a subject may hold', 'subject_too_large', (folder) => edit(folder, 'subjects', bloated)],
    ['a call whose key is a path', 'state_invalid', (folder) => edit(folder, 'calls', (line) => line.replace('"key":"one"', '"key":"../one"'))],
    [
      'subjects that are a link',
      'state_invalid',
      (folder) => replaced(join(folder, STATE_FILES.subjects), (path) => symlink(join(moved, STATE_FILES.subjects), path)),
    ],
    ['calls that are a pipe', 'state_invalid', (folder) => replaced(join(folder, STATE_FILES.calls), async (path) => spawnSync('mkfifo', [path]))],
    ['a blob that is a pipe', 'artifact_missing', async (folder) => replaced(await anyBlob(folder), async (path) => spawnSync('mkfifo', [path]))],
    ['a blob that is a link', 'artifact_missing', async (folder) => replaced(await anyBlob(folder), (path) => symlink('/dev/zero', path))],
    ['a blob that is missing', 'artifact_missing', async (folder) => rm(await anyBlob(folder))],
    ['a blob that was changed', 'artifact_corrupt', async (folder) => replaced(await anyBlob(folder), (path) => writeFile(path, 'x'))],
    ['fewer blobs than told', 'state_invalid', (folder) => rewrite(folder, { blobs: { ...manifest.blobs, files: 999 } })],
    [
      'a bundle that leaves its folder',
      'bundle_invalid',
      async (folder) => {
        const text = `mle-smith bundle 1\n${digestOf('x\n1\n')} 4 ../../up\n`;
        await mkdir(join(blob(folder, digestOf(text)), '..'), { recursive: true });
        await writeFile(blob(folder, digestOf(text)), text);
        await edit(folder, 'subjects', (line) => line.replace(/"ingest":"sha256:[0-9a-f]+"/, `"ingest":"${digestOf(text)}"`));
      },
    ],
  ])('is refused with nothing written of it: %s', async (_, code, spoil) => {
    const [folder, target] = [fresh(), new MemoryTarget()];
    await cp(moved, folder, { recursive: true });
    await spoil(folder);

    await expect(importState(folder, target)).rejects.toMatchObject({ code });

    expect(await target.holds()).toEqual({ subjects: [], calls: [] });
  });
});

/** id, state, generation, documents and steps of each subject. */
function endsOf({ subjects }: { subjects: StoredSubject[] }): unknown {
  return subjects
    .map(({ record, history }) => ({
      id: record.id,
      state: record.state,
      documents: record.documents,
      priority: record.priority,
      steps: history.map(({ stage, attempt, outcome }) => `${stage} ${attempt} ${outcome}`),
    }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** Its topic would be that of dead letters. */
const STRANGE = JSON.stringify({
  id: 'e',
  type: 'io.mlesmith.dead-letters.v1',
  source: 's',
  subject: 'figs',
  time: '2026-01-01T00:00:00Z',
  data: { generation: 1, datasetId: 'figs', documents: {} },
});

function bloated(line: string): string {
  const finding = JSON.stringify({ rule: 'S01', severity: 'block', message: 'm'.repeat(1_000) });
  return line.replace('"findings":[]', `"findings":[${Array.from({ length: 200 }, () => finding).join(',')}]`);
}

async function replaced(path: string, make: (path: string) => Promise<unknown>): Promise<void> {
  await chmod(path, 0o600);
  await unlink(path);
  await make(path);
}
