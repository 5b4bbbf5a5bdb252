/** What can be wrong with telemetry itself; each is a row of the log codes. */
export const WARNING_CODES = [
  'telemetry.export_failed',
  'telemetry.label_outside',
  'telemetry.metrics_unreachable',
  'telemetry.reading_failed',
  'telemetry.sdk_warned',
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

/** `unsaid`: how many like it were counted and not told since the last. */
export type WarningSink = (code: WarningCode, data: Readonly<Record<string, unknown>>, unsaid: number) => void;

const QUIET_MS = 60_000;

const told = new Map<WarningCode, { readonly count: number; readonly unsaid: number; readonly at: number }>();
let sink: WarningSink = () => undefined;

/** Where warnings go; one a minute of each kind (platform OB-13). */
export function sendWarningsTo(next: WarningSink): void {
  sink = next;
}

/** Counts a warning, and tells it unless one like it was told within the last minute. */
export function warn(code: WarningCode, data: Readonly<Record<string, unknown>>, now: number = performance.now()): void {
  const { count, unsaid, at } = told.get(code) ?? { count: 0, unsaid: 0, at: -Infinity };
  const quiet = now - at < QUIET_MS;
  told.set(code, { count: count + 1, unsaid: quiet ? unsaid + 1 : 0, at: quiet ? at : now });
  if (!quiet) sink(code, data, unsaid);
}

/** Warnings so far, by code. */
export function warningCounts(): readonly { readonly code: WarningCode; readonly count: number }[] {
  return WARNING_CODES.map((code) => ({ code, count: told.get(code)?.count ?? 0 }));
}
