import type { CallPlace } from './call-store.ts';
import type { ModelErrorCode } from './model-error.ts';
import type { Model, Usage } from './model.ts';

/** A call that is over: it asked an endpoint, and was answered or failed. */
export interface CalledNotice {
  readonly kind: 'called';
  readonly place: CallPlace;
  readonly model: string;
  /** When it began, by `performance.now()`. */
  readonly sinceMs: number;
  readonly tookMs: number;
  /** What the endpoint counted, if it did. */
  readonly usage?: Usage;
  /** Millionths of a dollar; null where the price is not known, or nothing was counted. */
  readonly cost: number | null;
  readonly fault?: string;
}

/** What whoever counts is told of calls: one is over, one is tried again, one asks for a form once more. */
export type ModelNotice =
  | CalledNotice
  | { readonly kind: 'retried'; readonly reason: ModelErrorCode }
  | { readonly kind: 'repaired'; readonly model: string; readonly place: CallPlace };

/** A model whose calls for a form that was not kept are told. */
export function watched(model: Model, place: CallPlace, onNotice: (notice: ModelNotice) => void): Model {
  return {
    identity: model.identity,
    complete: (request, signal) => {
      if (request.repair === true) onNotice({ kind: 'repaired', model: model.identity.model, place });
      return model.complete(request, signal);
    },
  };
}
