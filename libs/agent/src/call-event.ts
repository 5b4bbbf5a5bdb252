import { LONGEST_EVENT_TEXT, type CallEvent } from '@mle-smith/contracts';
import type { CallPlace } from './call-store.ts';
import { ModelError } from './model-error.ts';
import type { CalledNotice, ModelNotice } from './model-notice.ts';
import type { Model, Usage } from './model.ts';
import { costOf, type PriceTable } from './prices.ts';

/** A model whose calls are told when they are over, each try by itself. */
export function told(model: Model, place: CallPlace, prices: PriceTable, onNotice: (notice: ModelNotice) => void): Model {
  const { identity } = model;
  return {
    identity,
    async complete(request, signal) {
      const sinceMs = performance.now();
      const tell = (more: { readonly usage?: Usage; readonly fault?: string }): void => {
        const cost = more.usage === undefined ? null : costOf(prices, identity.model, more.usage);
        onNotice({ kind: 'called', place, model: identity.model, sinceMs, tookMs: performance.now() - sinceMs, cost, ...more });
      };
      try {
        const reply = await model.complete(request, signal);
        tell({ usage: reply.usage });
        return reply;
      } catch (error) {
        const known = error instanceof ModelError ? error : undefined;
        tell({ fault: signal.aborted ? 'aborted' : (known?.code ?? 'other'), ...(known?.usage === undefined ? {} : { usage: known.usage }) });
        throw error;
      }
    },
  };
}

/** What a timeline tells of a call. */
export function callEventOf({ place, model, tookMs, usage, cost, fault }: CalledNotice): Omit<CallEvent, 'atMs'> {
  return {
    kind: 'call',
    agent: place.agent,
    model: model.slice(0, LONGEST_EVENT_TEXT),
    tookMs: Math.round(tookMs),
    ...(usage === undefined ? {} : { inputTokens: usage.input, outputTokens: usage.output }),
    ...(cost === null ? {} : { usd: cost / 1_000_000 }),
    ...(fault === undefined ? {} : { fault }),
  };
}
