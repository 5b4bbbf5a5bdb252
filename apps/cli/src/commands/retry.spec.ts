import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import type { StageName } from '@mle-smith/contracts';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { InProcessEventBus, newDataset, PipelineRun, type StageHandler } from '@mle-smith/stage-runtime';
import { scriptedStages } from '@mle-smith/stage-runtime/testing';
import type { Surroundings } from '../surroundings.ts';
import { runFolders } from '../workshop.ts';
import { retry } from './retry.ts';

const ROOM = { maxInfraRetries: 2, backoffMs: 0 };
const noRoom: StageHandler = () => Promise.reject(Object.assign(new Error('no room on the disk'), { code: 'ENOSPC' }));

describe('retry', () => {
  let out: string;
  let said: string;
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'mle-smith-retry-'));
    said = '';
  });
  afterEach(() => rmSync(out, { recursive: true }));
  const around = { stdout: (text: string) => void (said += text) } as unknown as Surroundings;

  /** Runs the dataset `d` with its one task, on or from where it stands, and gives the states in the end. */
  const run = async (scripts: Partial<Record<StageName, StageHandler>>): Promise<Record<string, unknown>> => {
    const store = SqliteTaskStore.open(runFolders(out).state);
    try {
      await store.insert(newDataset({ id: 'd' }, await store.now()));
      const context = { artifacts: new InMemoryArtifactStore() };
      await new PipelineRun({
        store,
        bus: new InProcessEventBus(),
        handlers: scriptedStages(1, scripts),
        workers: 1,
        context,
        policy: ROOM,
        lookMs: 1,
      }).start();
      return Object.fromEntries((await store.page({}, 10)).records.map(({ id, state, code }) => [id, code ?? state]));
    } finally {
      store.close();
    }
  };

  it('lets a run go on with what a full disk ended, when there is room again', async () => {
    const full = await run({ execute: noRoom });
    const left = await run({});

    const once = await retry('d-1', { out }, around);
    const again = await retry('d-1', { out }, around);
    const done = await run({});

    expect([full, left]).toEqual([1, 2].map(() => ({ d: 'dataset.brainstormed', 'd-1': 'infra_exhausted' })));
    expect([once, again]).toEqual([0, 0]);
    expect(said).toBe(
      `d-1 will be tried again (reviewed (next: execute)): mle-smith run --out ${out}\n` +
        `d-1 is to be tried again already (reviewed (next: execute)): mle-smith run --out ${out}\n`,
    );
    expect(done).toEqual({ d: 'dataset.brainstormed', 'd-1': 'task.verified' });
  });

  it('says what to do instead where there is nothing to try again', async () => {
    await run({});

    await expect(retry('d-1', { out }, around)).rejects.toMatchObject({
      code: 'retry_refused',
      exitCode: 2,
      message: 'd-1 is not retried: it is verified, and stays so',
    });
    await expect(retry('nothing', { out }, around)).rejects.toMatchObject({ code: 'unknown_id', exitCode: 2 });
  });
});
