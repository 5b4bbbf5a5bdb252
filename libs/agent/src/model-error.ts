import type { ModelFault, ModelRefusal } from '@mle-smith/contracts';
import type { Usage } from './model.ts';

/**
 * What mends a fault: `retry` another try, `time` the time that the endpoint asks for, `operator` somebody who sees to
 * key, bill or name (until then every call fails alike), `talk` nothing but another talk or another model.
 */
export type MendedBy = 'retry' | 'time' | 'operator' | 'talk';

interface ModelErrorRow<Fault extends ModelFault> {
  readonly mendedBy: Fault extends ModelRefusal ? 'operator' : Exclude<MendedBy, 'operator'>;
  /** Where waiting is bounded: most times that the work is put aside, and for how long each, ms. */
  readonly rounds?: { readonly most: number; readonly afterMs: number };
  readonly meaning: string;
}

/** What can be wrong with a call, and what is done about it; nothing else decides by single codes. */
export const MODEL_ERRORS: { readonly [Fault in ModelFault]: ModelErrorRow<Fault> } = {
  garbage: {
    mendedBy: 'retry',
    // An endpoint that goes on sending what is no reply is not waited for as one that is down: each call may be paid for.
    rounds: { most: 2, afterMs: 5_000 },
    meaning: 'the reply is no reply of a chat model, for example a page of a proxy',
  },
  truncated: { mendedBy: 'talk', meaning: 'the reply ended at the most tokens that were asked for, or the talk is longer than the model can read' },
  refusal: { mendedBy: 'talk', meaning: 'the model refused to answer' },
  filtered: { mendedBy: 'talk', meaning: 'the endpoint held the reply back by its content filter' },
  transport: { mendedBy: 'retry', meaning: 'no whole reply came: the connection, a time limit or a fault of the server' },
  rate: { mendedBy: 'time', meaning: 'the endpoint wants fewer calls' },
  quota: { mendedBy: 'operator', meaning: 'the credit or quota of the key is used up' },
  auth: { mendedBy: 'operator', meaning: 'the key is missing, wrong or not allowed to do this' },
  config: { mendedBy: 'operator', meaning: 'the endpoint does not know the model or does not take the request' },
};
export type ModelErrorCode = ModelFault;

/** A call that gave no whole reply (platform LL-2). */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly code: ModelErrorCode;
  /** How long the endpoint asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** What the endpoint counted although there is no whole reply. */
  readonly usage: Usage | undefined;

  constructor(code: ModelErrorCode, message: string, more: { retryAfterMs?: number; usage?: Usage } = {}) {
    super(message);
    this.code = code;
    this.retryAfterMs = more.retryAfterMs;
    this.usage = more.usage;
  }

  get mendedBy(): MendedBy {
    return MODEL_ERRORS[this.code].mendedBy;
  }
}

/** The code by which outcomes of stages name a fault of a model. */
export function stageCodeOf(code: ModelErrorCode): string {
  return `${PREFIX}${code}`;
}

/** What mends the fault that a stage's code names; undefined where it names none of a model. */
export function mendingOf(stageCode: string | undefined): MendedBy | undefined {
  const code = stageCode?.startsWith(PREFIX) === true ? stageCode.slice(PREFIX.length) : '';
  return Object.hasOwn(MODEL_ERRORS, code) ? MODEL_ERRORS[code as ModelErrorCode].mendedBy : undefined;
}

const PREFIX = 'model_';
