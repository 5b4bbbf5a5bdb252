import { allCosts, type CallStore } from '@mle-smith/agent';
import type { ArtifactStore } from '@mle-smith/package';
import { auditStore, funnelOf, oldestOpen, openStates, type TaskStore } from '@mle-smith/stage-runtime';
import type { Handlers } from './mount.ts';

/** Answers over everything in the store. Those that read much are shared by callers at the same time. */
export function summaryHandlers({
  store,
  artifacts,
  calls,
}: {
  store: TaskStore;
  artifacts: ArtifactStore;
  calls?: CallStore;
}): Handlers<'funnel' | 'oldest' | 'costs' | 'audit'> {
  const funnel = shared(async () => ({ funnel: await funnelOf(store), open: { ...openStates(await store.counts()) } }));
  const costs = shared(() => allCosts(store, calls?.spent() ?? []));
  const audit = shared(async () => {
    const violations = await auditStore(store, artifacts);
    return { clean: violations.length === 0, violations };
  });
  return {
    funnel: async () => ({ body: await funnel() }),
    oldest: async ({ query }) => ({ body: await oldestOpen(store, query.limit) }),
    costs: async () => ({ body: await costs() }),
    audit: async () => ({ body: await audit() }),
  };
}

/** Whoever asks while work is under way waits for the same result. */
function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () => (underWay ??= work().finally(() => (underWay = undefined)));
}
