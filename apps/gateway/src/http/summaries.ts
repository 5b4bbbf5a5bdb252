import { allCosts, type CallStore } from '@mle-smith/agent';
import type { ArtifactStore } from '@mle-smith/package';
import { auditStore, funnelOf, oldestOpen, openStates, type TaskStore } from '@mle-smith/stage-runtime';
import type { Handlers } from './mount.ts';

/** Answers over everything in the store. Each reads much, so that callers who ask the same at the same time share one answer. */
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
  const oldest = shared((limit: number) => oldestOpen(store, limit));
  const audit = shared(async () => {
    const violations = await auditStore(store, artifacts);
    return { clean: violations.length === 0, violations };
  });
  return {
    funnel: async () => ({ body: await funnel() }),
    oldest: async ({ query }) => ({ body: await oldest(query.limit) }),
    costs: async () => ({ body: await costs() }),
    audit: async () => ({ body: await audit() }),
  };
}

/** Whoever asks while work is under way waits for the same result. */
function shared<T, Question extends readonly unknown[]>(work: (...question: Question) => Promise<T>): (...question: Question) => Promise<T> {
  const underWay = new Map<unknown, Promise<T>>();
  return (...question) => {
    const [key] = question;
    const answer = underWay.get(key) ?? work(...question).finally(() => underWay.delete(key));
    underWay.set(key, answer);
    return answer;
  };
}
