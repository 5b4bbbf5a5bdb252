import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import { METRICS, type RunReport } from '@mle-smith/contracts';
import { putFiles, putJson } from '@mle-smith/package';
import { newSubject } from '@mle-smith/stage-runtime';
import { leaveRun } from './leave-run.ts';
import { setAsideText } from './set-aside.ts';
import { examplePackage } from './testing/example-package.ts';
import { temporaryFolder } from './testing/run-cli.ts';
import { runFolders } from './workshop.ts';

const FAR = 4_102_444_800_000;
const place = temporaryFolder();

/** A run of one dataset with two verified tasks: its parts, and what its end gives. */
async function endedRun(name: string) {
  const folders = runFolders(join(place, name));
  const artifacts = await FilesystemArtifactStore.open(folders.artifacts);
  const store = SqliteTaskStore.open(folders.state);
  await store.insert(newSubject({ id: 'pears', kind: 'dataset', datasetId: 'pears', state: 'dataset.brainstormed' }, FAR));
  const documents: Record<string, { verified: string; proposal: string }> = {};
  for (const id of ['pears--rot', 'pears--ripe']) {
    const { files } = examplePackage(METRICS.rmse, { id });
    const verified = await artifacts.putBundle(await putFiles(artifacts, files));
    documents[id] = { verified, proposal: await putJson(artifacts, { of: id }) };
    await store.insert(newSubject({ id, kind: 'task', datasetId: 'pears', state: 'task.verified', documents: documents[id] }, FAR));
  }
  /** As in a new process, which has seen no content yet. */
  const end = async (from = store): Promise<RunReport> => {
    const fresh = await FilesystemArtifactStore.open(folders.artifacts);
    return leaveRun({ store: from, artifacts: fresh, folders, seconds: 1, version: '1', models: undefined });
  };
  const fileOf = async (id: string, path: string): Promise<string> => {
    const file = (await artifacts.getBundle(documents[id]?.verified ?? '')).find((one) => one.path === path);
    return artifacts.pathOf(file?.digest ?? '');
  };
  /** Another task with a package, and raw data in a bundle; gives where a file of each lies. */
  const add = async (id: string, state: string, code: string): Promise<Readonly<Record<string, string>>> => {
    const pack = await putJson(artifacts, { of: id });
    const raw = await putFiles(artifacts, { 'a.csv': `x\n${id}\n` });
    const task = newSubject({ id, kind: 'task', datasetId: 'pears', state, documents: { package: pack, raw: await artifacts.putBundle(raw) } }, FAR);
    await store.insert({ ...task, code });
    return { package: artifacts.pathOf(pack), raw: artifacts.pathOf(raw[0]?.digest ?? '') };
  };
  return { folders, end, add, fileOf, proposalOf: (id: string) => artifacts.pathOf(documents[id]?.proposal ?? ''), close: () => store.close() };
}

/** What a disk or a program does to a file that nobody may write. */
function spoil(file: string): void {
  chmodSync(file, 0o644);
  writeFileSync(file, 'spoilt');
}

describe('the end of a run', () => {
  it('lays all that is verified below tasks, with nothing to say', async () => {
    const run = await endedRun('sound');

    const report = await run.end();
    run.close();

    expect(report).not.toHaveProperty('unreadable');
    expect(readdirSync(run.folders.tasks).sort()).toEqual(['pears--ripe', 'pears--rot']);
  });

  it.each(['changed', 'gone'] as const)('sets a task aside whose package is %s, whole and with what to do, and goes on with the others', async (how) => {
    const run = await endedRun(how);
    const file = await run.fileOf('pears--rot', 'task.json');
    if (how === 'gone') rmSync(file);
    else spoil(file);

    const report = await run.end();
    run.close();

    expect(report.unreadable).toMatchObject([{ id: 'pears--rot', dataset: 'pears', document: 'package', file }]);
    expect(report.unreadable?.map(setAsideText).join()).toMatch(
      /^pears--rot is set aside: its package cannot be read, .*restore that file .* or run pears with another --out$/,
    );
    expect(report.tasks.map(({ id, state }) => [id, state])).toEqual([['pears--ripe', 'verified']]);
    expect(readdirSync(run.folders.tasks)).toEqual(['pears--ripe']);
    expect(readdirSync(run.folders.report).sort()).toEqual(['index.html', 'report.json']);
  });

  it('tells a task whose row in the state is spoilt, and goes on with the others', async () => {
    const run = await endedRun('rows');
    run.close();
    const db = new DatabaseSync(join(run.folders.state, 'state.sqlite'));
    db.exec("UPDATE subjects SET doc = substr(doc, 2) WHERE id = 'pears--rot'");
    db.close();
    const store = SqliteTaskStore.open(run.folders.state);

    const report = await run.end(store);
    store.close();

    expect(report.unreadable).toMatchObject([{ id: 'pears--rot', dataset: 'pears', document: 'record', file: join(run.folders.state, 'state.sqlite') }]);
    expect(readdirSync(run.folders.tasks)).toEqual(['pears--ripe']);
  });

  it.each(['package', 'raw'])('tells of a task that ended as a fault of this program that its %s is spoilt, and not to wait for it', async (document) => {
    const run = await endedRun(`ended-${document}`);
    const spoilt = await run.add('pears--soft', 'task.abandoned', 'platform_error');
    spoil(spoilt[document] ?? '');

    const report = await run.end();
    run.close();

    expect(report.unreadable).toMatchObject([{ id: 'pears--soft', state: 'task.abandoned', document, file: spoilt[document] }]);
    expect(report.unreadable?.map(setAsideText).join()).toMatch(/\]; run pears with another --out$/);
  });

  it('keeps the package of an earlier call, and tells a document that a report needs', async () => {
    const run = await endedRun('evidence');
    await run.end();
    spoil(run.proposalOf('pears--rot'));

    const report = await run.end();
    run.close();

    expect(report.unreadable).toMatchObject([{ id: 'pears--rot', document: 'proposal', file: run.proposalOf('pears--rot') }]);
    expect(readdirSync(run.folders.tasks).sort()).toEqual(['pears--ripe', 'pears--rot']);
  });
});
