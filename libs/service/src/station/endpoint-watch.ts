import { mendingOf, ModelError } from '@mle-smith/agent';
import type { ModelFault } from '@mle-smith/contracts';
import { rest, type StageHandler } from '@mle-smith/stage-runtime';
import type { Log } from '@mle-smith/telemetry';

const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 300_000;
/** A request that an endpoint refuses while it answers others is that of one piece of work: trying it again and again says the same. */
const ROUNDS_OF_ONE = 2;

export interface EndpointWatchOptions {
  /** Asks the endpoint something small that it has not answered yet. Throws `ModelError`. */
  readonly ask: (signal: AbortSignal) => Promise<void>;
  readonly log: Log;
  readonly stopping: AbortSignal;
  /** First wait before a refusing endpoint is asked again, ms; it doubles up to ten times itself. 30 s. */
  readonly pauseMs?: number;
}

/**
 * Whether the endpoint of the models waits for somebody: a key, a bill, a name (platform LL-1). Until it answers again
 * no work is to be claimed, and what met the refusal waits without charge.
 */
export class EndpointWatch {
  readonly #options: EndpointWatchOptions;
  #refusal: ModelError | undefined;
  #wants: ModelFault | undefined;
  #asking: Promise<boolean> | undefined;

  constructor(options: EndpointWatchOptions) {
    this.#options = options;
  }

  /** Whether it waits for somebody now. */
  get refuses(): boolean {
    return this.#refusal !== undefined;
  }

  /** What somebody has to see to while it waits, also where it cannot be reached in between; undefined while it answers. */
  get wants(): ModelFault | undefined {
    return this.#refusal === undefined ? undefined : this.#wants;
  }

  /** Throws why it waits. */
  check(): void {
    if (this.#refusal !== undefined) throw this.#refusal;
  }

  /** The same stage; where its model wants somebody, the endpoint is asked whether that goes for all work. */
  guarded(handler: StageHandler): StageHandler {
    return async (item, context) => {
      const outcome = await handler(item, context);
      if (outcome.kind !== 'retry' || mendingOf(outcome.code) !== 'operator') return outcome;
      return (await this.#refusesAll()) ? { ...outcome, free: true, afterMs: 0 } : { ...outcome, rounds: ROUNDS_OF_ONE };
    };
  }

  /** Asks once for all that want to know at the same time. */
  #refusesAll(): Promise<boolean> {
    if (this.refuses) return Promise.resolve(true);
    this.#asking ??= this.#ask()
      .then((refusal) => {
        if (refusal?.mendedBy !== 'operator') return false;
        void this.#waitOut(refusal);
        return true;
      })
      .finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  /** Why the endpoint gives no answer; undefined where it gives one, or what it gives is no fault of its own. */
  async #ask(): Promise<ModelError | undefined> {
    const { ask, stopping } = this.#options;
    try {
      await ask(stopping);
      return undefined;
    } catch (error) {
      return error instanceof ModelError && error.mendedBy !== 'talk' ? error : undefined;
    }
  }

  /** Asks again and again until the endpoint answers. */
  async #waitOut(refusal: ModelError): Promise<void> {
    const { log, stopping, pauseMs = FIRST_PAUSE_MS } = this.#options;
    this.#waitFor(refusal);
    for (let pause = pauseMs; ; pause = Math.min(2 * pause, (LONGEST_PAUSE_MS / FIRST_PAUSE_MS) * pauseMs)) {
      log.write('model.refused', { error: this.#refusal });
      await rest(pause, stopping);
      if (stopping.aborted) return;
      const still = await this.#ask();
      if (still === undefined) break;
      this.#waitFor(still);
    }
    this.#refusal = undefined;
    log.write('model.recovered');
  }

  #waitFor(refusal: ModelError): void {
    this.#refusal = refusal;
    if (refusal.mendedBy === 'operator') this.#wants = refusal.code;
  }
}
