/** Longest wait that is told on, in milliseconds: no work waits for longer, and clocks count no further than some millions of years. */
const MOST = 3650 * 86_400_000;

/** How long a server asks to wait, in milliseconds, ten years at most; undefined where it does not say or not understandably, or asks for no wait. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const told = toldWait(headers, now);
  return told === undefined || told <= 0 ? undefined : Math.min(MOST, told);
}

function toldWait(headers: Headers, now: number): number | undefined {
  const inMilliseconds = number(headers.get('retry-after-ms'));
  if (inMilliseconds !== undefined) return Math.ceil(inMilliseconds);
  const text = headers.get('retry-after');
  const seconds = number(text);
  if (seconds !== undefined) return Math.ceil(seconds * 1000);
  const date = text === null ? NaN : Date.parse(text);
  return Number.isNaN(date) || !/[a-z]/i.test(text ?? '') ? undefined : date - now;
}

function number(text: string | null): number | undefined {
  return text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
