import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { allSubjects, newSubject } from '@mle-smith/stage-runtime';
import { SqliteTaskStore } from './sqlite-task-store.ts';

const STATE = 'task.proposed';
const IDS = ['one', 'two', 'three'];

describe('a state of which one row is spoilt', () => {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

  /** Three tasks with a line of history each; then something happens to the file. */
  async function spoilt(sql: string): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'mle-smith-aside-'));
    folders.push(folder);
    const store = SqliteTaskStore.open(folder);
    for (const id of IDS) {
      await store.insert(newSubject({ id, kind: 'task', datasetId: 'd', state: STATE }, Date.now() + 1e9));
      await store.apply(id, 0, { history: { generation: 1, attempt: 1, from: STATE, to: STATE, outcome: 'failed' } });
    }
    store.close();
    const db = new DatabaseSync(join(folder, 'state.sqlite'));
    db.exec(sql);
    db.close();
    return folder;
  }

  it.each([
    ['record', `UPDATE subjects SET doc = substr(doc, 1, 40) WHERE id = 'two'`],
    ['record', `UPDATE subjects SET doc = replace(doc, '"documents"', '"documentz"') WHERE id = 'two'`],
    ['record', `UPDATE subjects SET doc = replace(doc, '"${STATE}"', '"task.prqposed"') WHERE id = 'two'`],
    ['history', `UPDATE history SET doc = 'x' || doc WHERE subject = 'two'`],
  ])('gives all subjects but that one, and says that it is its %s (%s)', async (document, sql) => {
    const folder = await spoilt(sql);
    for (const store of [SqliteTaskStore.openReader(folder), SqliteTaskStore.open(folder)]) {
      expect(store.damaged).toEqual([{ id: 'two', document }]);
      expect((await allSubjects(store)).map(({ id }) => id)).toEqual(['one', 'three']);
      expect(await store.get('two')).toBeUndefined();
      expect(await store.counts()).toEqual([{ state: STATE, subjects: 2, waiting: 0 }]);
      expect(await store.page({ kind: 'task', datasetId: 'd', states: [STATE] }, 9)).toMatchObject({ records: [{ id: 'one' }, { id: 'three' }] });
      expect((await store.oldest([STATE], 9)).map(({ record }) => record.id).sort()).toEqual(['one', 'three']);
      store.close();
    }
  });

  it('never works on it, nor makes it anew, and leaves it as it is', async () => {
    const folder = await spoilt(`UPDATE subjects SET doc = '{' WHERE id = 'one'`);
    const store = SqliteTaskStore.open(folder);

    const claimed = [await store.claim([STATE], 'me', 60_000), await store.claim([STATE], 'me', 60_000), await store.claim([STATE], 'me', 60_000)];
    const made = await store.insert(newSubject({ id: 'one', kind: 'task', datasetId: 'd', state: STATE }, 1));
    store.close();
    const db = new DatabaseSync(join(folder, 'state.sqlite'));
    const row = db.prepare(`SELECT doc FROM subjects WHERE id = 'one'`).get();
    db.close();

    expect(claimed.map((record) => record?.id)).toEqual(['two', 'three', undefined]);
    expect(made).toBe(false);
    expect(row).toEqual({ doc: '{' });
  });

  it('is whole again with what a backup brings back', async () => {
    const folder = await spoilt(`UPDATE subjects SET doc = '!' || doc WHERE id = 'two'`);
    const db = new DatabaseSync(join(folder, 'state.sqlite'));
    db.exec(`UPDATE subjects SET doc = substr(doc, 2) WHERE id = 'two'`);
    db.close();

    const store = SqliteTaskStore.open(folder);
    expect([store.damaged, (await allSubjects(store)).length]).toEqual([[], 3]);
    store.close();
  });
});
