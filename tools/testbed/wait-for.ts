import { setTimeout as rest } from 'node:timers/promises';

/** Asks until the answer is yes; false when that took longer than `withinMs`. */
export async function waitFor(condition: () => Promise<boolean> | boolean, withinMs: number, everyMs = 50): Promise<boolean> {
  const end = performance.now() + withinMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() > end) return false;
    await rest(everyMs);
  }
}
