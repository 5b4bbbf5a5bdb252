import { randomUUID } from 'node:crypto';
import { canonicalJson } from '@mle-smith/package';
import { differenceOf, keyOf, partsOf } from './call-key.ts';
import { placeName, type CallPlace, type CallRecord, type CallStore, type RequestParts } from './call-store.ts';
import type { Model, ModelIdentity } from './model.ts';
import { costOf, type PriceTable } from './prices.ts';
import type { Waiting } from './waiting.ts';

/** A call that a replay does not hold; the message names what changed (platform LL-8). */
export class ReplayMissError extends Error {
  override readonly name = 'ReplayMissError';
  readonly code = 'replay_miss';
}

export interface Journaling {
  readonly identity: ModelIdentity;
  /** Who answers what is not kept yet; nobody in a replay. */
  readonly model: Model | undefined;
  readonly store: CallStore;
  readonly place: CallPlace;
  readonly prices: PriceTable;
  readonly time: Waiting;
}

/**
 * A model whose answers are kept before they are used, and given again to who asks the same at the same place (platform ST-7):
 * a stage that was killed goes on and pays for what was not answered. One for each attempt of a stage; calls at one place come one after another.
 */
export function journaled({ identity, model, store, place, prices, time }: Journaling): Model {
  const repeats = new Map<string, number>();
  let calls = 0;
  return {
    identity,
    async complete(request, signal) {
      const number = calls;
      calls += 1;
      const parts = partsOf(request);
      const asked = keyOf(identity, place, parts, 0);
      const repeat = repeats.get(asked) ?? 0;
      repeats.set(asked, repeat + 1);
      const key = keyOf(identity, place, parts, repeat);
      const known = await store.get(key);
      if (known?.reply !== undefined) return known.reply;
      if (model === undefined) throw new ReplayMissError(await missOf(store, identity, place, number, parts));
      const reply = await model.complete(request, signal);
      const cost = costOf(prices, identity.model, reply.usage);
      const paid = { key, place, number, identity, request: parts, outcome: 'answered' as const, usage: reply.usage, cost, at: time.now() };
      const record = { ...paid, reply };
      await store.put(record);
      const kept = await store.get(key);
      if (kept?.reply === undefined || canonicalJson(kept) === canonicalJson(record)) return reply;
      // Another attempt asked the same meanwhile and was kept first: its reply holds for both, and both were paid for.
      await store.put({ ...paid, key: `again-${randomUUID()}` });
      return kept.reply;
    },
  };
}

/** Why the record holds no answer. */
async function missOf(store: CallStore, identity: ModelIdentity, place: CallPlace, number: number, parts: RequestParts): Promise<string> {
  const where = `call ${number + 1} of ${placeName(place)}`;
  const answered = (await store.list(place.subject)).filter(({ outcome, reply }) => outcome === 'answered' && reply !== undefined);
  const here = answered.filter((record) => placeName(record.place) === placeName(place));
  const recorded = here.find((record) => record.number === number);
  if (recorded === undefined) return `the record does not hold ${where}: it has ${here.length} calls there; record the run again`;
  const other = otherModel(recorded, identity);
  return `the record does not hold ${where}: ${other ?? `${differenceOf(parts, recorded.request) ?? 'how often it was asked'} changed`}; record the run again, or undo the change`;
}

function otherModel({ identity }: CallRecord, now: ModelIdentity): string | undefined {
  return identity.model === now.model && identity.endpoint === now.endpoint
    ? undefined
    : `it was made by ${identity.model} at ${identity.endpoint}, and ${now.model} at ${now.endpoint} is asked for`;
}
