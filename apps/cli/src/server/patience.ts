import { rest } from '@mle-smith/stage-runtime';
import { CliError } from '../cli-error.ts';

/** Faults that pass by themselves: a gateway that is restarted, or has not reached its stores yet. */
const PASSING = new Set(['server_unreachable', 'unavailable', 'shutting_down', 'rate_limited']);

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** How a server that is away is waited for. */
export interface Patience {
  /** Told once each time it goes away. */
  readonly onSilence: () => void;
  /** Longest that it may be away, ms. */
  readonly longestMs: number;
  readonly signal: AbortSignal;
}

/** Does work again, with growing waits, while the server is away; the work may be done twice. Throws its fault where it does not pass, or lasts too long. */
export async function patiently<T>(work: () => Promise<T>, { onSilence, longestMs, signal }: Patience): Promise<T> {
  let silentSince: number | undefined;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !(error instanceof CliError) || !PASSING.has(error.code)) throw error;
      if (silentSince === undefined) onSilence();
      silentSince ??= performance.now();
      const leftMs = longestMs - (performance.now() - silentSince);
      if (leftMs <= 0) throw error;
      await rest(Math.min(waitMs, leftMs), signal);
      if (signal.aborted) throw error;
    }
  }
}
