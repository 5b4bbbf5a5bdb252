import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { SqliteTaskStore } from '@mle-smith/adapter-sqlite';
import { hashOfApiKey, Role, type ApiKey } from '@mle-smith/contracts';
import { putFiles, type ArtifactStore } from '@mle-smith/package';
import { InProcessEventBus, PipelineRun, type StageHandler } from '@mle-smith/stage-runtime';
import { scriptedStages } from '@mle-smith/stage-runtime/testing';
import { createGateway, type GatewayOptions } from '../gateway.ts';

/** The keys of every role in specs: `key-of-viewer` and so on. */
export const KEYS: readonly ApiKey[] = Role.options.map((role) => ({ name: role, role, hash: hashOfApiKey(`key-of-${role}`) }));

/** A gateway over stores of a folder of its own, as a spec talks to it. */
export interface Served {
  readonly url: string;
  readonly store: SqliteTaskStore;
  readonly artifacts: ArtifactStore;
  readonly workDirectory: string;
  /** Asks as a role; JSON bodies are given as values. */
  readonly ask: (role: Role, method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Response>;
  /** Takes everything in the store to its end by scripted stages, two tasks a dataset; the first is verified, the second refused by its review. */
  readonly work: (stages?: Partial<Record<'ingest' | 'design', StageHandler>>) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function serveGateway(options: Partial<GatewayOptions> = {}): Promise<Served> {
  const place = mkdtempSync(join(tmpdir(), 'mle-smith-gateway-'));
  const store = SqliteTaskStore.open(place);
  const artifacts = await FilesystemArtifactStore.open(join(place, 'artifacts'));
  const bus = new InProcessEventBus();
  const workDirectory = join(place, 'work');
  const gateway = createGateway({
    store,
    artifacts,
    bus,
    keys: KEYS,
    buckets: ['lake'],
    workDirectory,
    uploadBytes: 100_000,
    version: '0.0.0',
    limits: { burst: 10_000, closeMs: 1_000 },
    ...options,
  });
  const { url } = await gateway.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    store,
    artifacts,
    workDirectory,
    ask: (role, method, path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer key-of-${role}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    work: async (stages = {}) => {
      const execute: StageHandler = async () => ({ kind: 'advanced', documents: { verified: await artifacts.putBundle(await putFiles(artifacts, PACKAGE)) } });
      const review: StageHandler = async (item) =>
        item.id.endsWith('-2') ? { kind: 'ended', code: 'rejected_by_review', message: 'not worth it' } : { kind: 'advanced', documents: {} };
      await new PipelineRun({ store, bus, handlers: scriptedStages(2, { execute, review, ...stages }), workers: 1, context: { artifacts } }).start();
    },
    close: async () => {
      await gateway.close();
      store.close();
      rmSync(place, { recursive: true, force: true });
    },
  };
}

/** What stands for a package in specs. */
export const PACKAGE: Readonly<Record<string, string>> = {
  'task.json': '{}\n',
  'data/public/train.csv': 'id,x,y\n1,2,3\n',
  'data/private/test_answer.csv': 'id,y\n9,the answer\n',
  'raw/all.csv': 'x,y\n2,the answer\n',
  'solution/solve.py': 'print("the answer")\n',
  'utils/metric.py': '# metric\n',
};
