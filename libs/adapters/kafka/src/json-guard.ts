import { MOST_DEPTH } from './limits.ts';

/** Whether parsed JSON is nested too deeply, or has a key that would change a prototype where it is copied; walks without recursion. */
export function faultOfJson(value: unknown): 'too_deep' | 'forbidden_key' | undefined {
  const rest: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= MOST_DEPTH) return 'too_deep';
    if (Object.hasOwn(next.value, '__proto__')) return 'forbidden_key';
    for (const child of Object.values(next.value)) rest.push({ value: child, depth: next.depth + 1 });
  }
  return undefined;
}
