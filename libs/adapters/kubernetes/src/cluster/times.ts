/** A time of the API in ms; what is watched comes as text, what is read as a date. */
export function msOf(time: Date | string | undefined | null): number | undefined {
  const ms = time === undefined || time === null ? Number.NaN : new Date(time).getTime();
  return Number.isFinite(ms) ? ms : undefined;
}

/** The same as ISO 8601. */
export function isoOf(time: Date | string | undefined | null): string | undefined {
  const ms = msOf(time);
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
