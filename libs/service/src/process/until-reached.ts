import { isInfrastructureFault, rest } from '@mle-smith/stage-runtime';
import type { Log } from '@mle-smith/telemetry';
import { isConfigurationFault } from './configuration-faults.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** How often it is said that a server is still out of reach. */
const TOLD_EVERY_MS = 30_000;

/** The service was stopped while it waited for a server. */
export class StoppedWaitingError extends Error {
  readonly code = 'stopped';
  constructor(dependency: string) {
    super(`stopped while waiting for ${dependency}`);
    this.name = new.target.name;
  }
}

/**
 * Opens a connection, again and again while the server is out of reach: a service waits for its servers and says so,
 * it does not crash. Throws what `open` throws for other reasons, and `StoppedWaitingError`.
 */
export async function untilReached<T>(
  dependency: string,
  open: () => Promise<T>,
  log: Log,
  stopping: AbortSignal,
  longestPauseMs = LONGEST_PAUSE_MS,
): Promise<T> {
  let told = -Infinity;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, longestPauseMs)) {
    if (stopping.aborted) throw new StoppedWaitingError(dependency);
    try {
      return await orStopped(open(), dependency, stopping);
    } catch (error) {
      if (isConfigurationFault(error) || !isInfrastructureFault(error)) throw error;
      if (performance.now() - told >= TOLD_EVERY_MS) {
        told = performance.now();
        log.write('service.not_ready', { dependency, error });
      }
      await rest(pause, stopping);
    }
  }
}

/** What is opened, unless the service is told to stop before: joining a group, say, may take half a minute. */
async function orStopped<T>(opened: Promise<T>, dependency: string, stopping: AbortSignal): Promise<T> {
  const told = Promise.withResolvers<never>();
  const stop = (): void => told.reject(new StoppedWaitingError(dependency));
  stopping.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([opened, told.promise]);
  } finally {
    stopping.removeEventListener('abort', stop);
  }
}
