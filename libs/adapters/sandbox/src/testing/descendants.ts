import { readFileSync, readdirSync } from 'node:fs';

/** Every process below one, as far as the kernel tells; those that ended and wait to be reaped do not count. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const [state, parent] = statusOf(Number(name));
    if (parent !== undefined && state !== 'Z') parents.set(Number(name), parent);
  }
  const below = (ancestor: number): number[] => {
    const children = [...parents].filter(([, parent]) => parent === ancestor).map(([child]) => child);
    return [...children, ...children.flatMap(below)];
  };
  return below(pid);
}

/** Whether a process runs or could. */
export function runs(pid: number): boolean {
  const [state] = statusOf(pid);
  return state !== undefined && state !== 'Z';
}

function statusOf(pid: number): [state?: string, parent?: number] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [state, Number(parent)];
  } catch {
    return [];
  }
}

/** Looks again and again until something is so; Jest's own clock ends a test for which it never is. */
export async function until(so: () => boolean): Promise<void> {
  while (!so()) await new Promise((resolve) => setTimeout(resolve, 20));
}
