import type { CallPlace } from './call-store.ts';
import type { ModelErrorCode } from './model-error.ts';
import type { Model } from './model.ts';

/** What whoever counts is told of calls: one is tried again, one asks for a form once more. */
export type ModelNotice =
  { readonly kind: 'retried'; readonly reason: ModelErrorCode } | { readonly kind: 'repaired'; readonly model: string; readonly place: CallPlace };

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
