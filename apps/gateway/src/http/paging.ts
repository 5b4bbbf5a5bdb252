import { HttpProblem } from '@mle-smith/service';

/** A place in a store's order as callers carry it: letters that need no escaping, and no promise of what is inside, which stores number. */
export function cursorOf(place: string): string {
  return Buffer.from(place).toString('base64url');
}

/** The place that a cursor stands for. Throws a problem where no list gave it. */
export function placeOf(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString();
  if (cursorOf(place) !== cursor || !/^\d+$/.test(place) || !Number.isSafeInteger(Number(place)))
    throw new HttpProblem('invalid_request', 'the cursor is not one that a list gave');
  return place;
}
