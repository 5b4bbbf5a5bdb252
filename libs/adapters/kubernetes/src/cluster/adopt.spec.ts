import type { V1Job } from '@kubernetes/client-node';
import { createOrAdopt } from './adopt.ts';
import type { ClusterApi } from './cluster-api.ts';

/** A server whose answer to a creation nobody waits for; `seen` makes what each look finds of what was sent. */
async function calledOff(seen: readonly ((sent: V1Job) => V1Job | undefined)[], { before = false, held = false } = {}): Promise<readonly string[]> {
  const stop = new AbortController();
  const deleted: string[] = [];
  let sent: V1Job = {};
  let looks = 0;
  const api = {
    createJob: (_namespace, job, { onSend }) => {
      sent = job;
      if (!before) onSend();
      stop.abort(new Error('called off'));
      return Promise.reject(stop.signal.reason as Error);
    },
    readJob: () => Promise.resolve(seen[(looks += 1) - 1]?.(sent)),
    deleteJob: (_namespace, name, uid) => Promise.resolve(void deleted.push(`${name} ${uid}`)),
    calls: { retries: { rest: () => Promise.resolve() } },
  } as Partial<Record<keyof ClusterApi, unknown>> & Pick<ClusterApi, 'createJob' | 'readJob' | 'deleteJob'> as ClusterApi;
  const wanted: V1Job = { metadata: { name: 'mls-x', namespace: 'solve' } };

  await expect(createOrAdopt(api, wanted, { left: () => !held, onReplaced: () => undefined }, stop.signal)).rejects.toThrow('called off');
  expect(looks).toBe(before ? 0 : seen.length);
  return deleted;
}

const made = (sent: V1Job): V1Job => ({ metadata: { ...sent.metadata, uid: '1' } });
const nothing = (): undefined => undefined;
const others = (): V1Job => ({ metadata: { name: 'mls-x', uid: '2', annotations: { 'mle-smith.io/creation': 'of another call' } } });

describe('a creation that is called off', () => {
  it.each([
    ['that was carried out', [made], ['mls-x 1']],
    ['that is carried out a moment later', [nothing, made], ['mls-x 1']],
    ['that never was', [nothing, nothing], []],
    ['that another call was faster than', [others], []],
  ] as const)('%s leaves nothing of its own, and what is not its own', async (_, seen, gone) => {
    expect(await calledOff(seen)).toEqual(gone);
  });

  it('leaves what somebody in this process has taken over meanwhile', async () => {
    expect(await calledOff([made], { held: true })).toEqual([]);
  });

  it('asks for nothing where nothing was sent', async () => {
    expect(await calledOff([], { before: true })).toEqual([]);
  });
});
