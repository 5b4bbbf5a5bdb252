import { isInfrastructureFault, type Trouble } from '@mle-smith/stage-runtime';
import type { Log, LogCodeName } from '@mle-smith/telemetry';

const TOLD_EVERY_MS = 30_000;

/** Writes a line for each kind of trouble, and the same kind not again for half a minute: an outage is one story. */
export function logTrouble(log: Log, now: () => number = () => performance.now()): (trouble: Trouble) => void {
  const told = new Map<LogCodeName, number>();
  return ({ during, error }) => {
    const code = codeOf(error, during);
    if (now() - (told.get(code) ?? -Infinity) < TOLD_EVERY_MS) return;
    told.set(code, now());
    log.write(code, { during, error });
  };
}

function codeOf(error: unknown, during: Trouble['during']): LogCodeName {
  const code = String((error as { code?: unknown } | undefined)?.code);
  if (code.startsWith('object_store')) return 'artifacts.unreachable';
  if (code.startsWith('store_')) return 'store.unreachable';
  if (code.startsWith('bus_') || during === 'relay') return 'bus.publish_failed';
  return isInfrastructureFault(error) ? 'store.unreachable' : 'service.fault';
}
