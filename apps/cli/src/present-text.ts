import type { Present } from '@mle-smith/contracts';

/** What becomes of a dataset or task now, in a line; `now` in ms since the epoch. */
export function presentText(present: Present, now: number): string {
  const { stage, since, attempt, worker, workSince, leaseUntil, again, cancelRequested } = present;
  const aged = (time: string): string => `since ${time} (${spanText(now - Date.parse(time))})`;
  const came = `waits for ${stage} ${aged(since)}`;
  const by = `${worker === undefined ? '' : ` by ${worker}`}, attempt ${attempt}`;
  const doing = {
    waits: came,
    retries: `${came}, again at ${again} (in ${spanText(Date.parse(again ?? since) - now)})`,
    works: `at work in ${stage} ${aged(workSince ?? since)}${by}`,
    left: `left in the midst of ${stage}${by}: its lease lasts until ${leaseUntil}, and nobody renews it; the next worker goes on`,
  }[present.doing];
  return `${doing}${faultText(present)}${cancelRequested ? '; is to be cancelled, when the next worker takes it' : ''}`;
}

/** The fault that an attempt follows, and how many there may be. */
function faultText({ retries, mostRetries, reason }: Present): string {
  const count = retries === undefined || mostRetries === undefined ? '' : `, retry ${retries} of ${mostRetries}`;
  return `${count}${reason === undefined ? '' : `${count === '' ? ',' : ''} after ${reason}`}`;
}

/** A length of time in its two largest units. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
