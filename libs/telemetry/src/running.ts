/** What was started, for those who must not load the SDK to ask. */
export interface RunningTelemetry {
  /** Port of /metrics; undefined where it cannot be listened on. */
  readonly metricsPort: Promise<number | undefined>;
  stop(): Promise<void>;
}

let running: RunningTelemetry | undefined;

/** Says that telemetry runs; `libs/telemetry/src/start.ts` calls it. */
export function setRunning(started: RunningTelemetry): void {
  running = started;
}

/** What was started by `node --import`; undefined where telemetry is off. */
export function runningTelemetry(): RunningTelemetry | undefined {
  return running;
}

/** Delivers what waits and stops, within this time: the last step of a shutdown (platform KB-16). Never rejects. */
export async function stopTelemetry(withinMs = 3_000): Promise<void> {
  const stopped = running?.stop().catch(() => undefined);
  running = undefined;
  let limit: NodeJS.Timeout | undefined;
  await Promise.race([stopped, new Promise((resolve) => (limit = setTimeout(resolve, withinMs)))]);
  clearTimeout(limit);
}
