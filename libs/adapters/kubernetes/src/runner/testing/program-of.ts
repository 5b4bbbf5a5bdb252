import type { Job } from '@mle-smith/environment';

/** An untrusted job of one program. */
export function programOf(text: string, rest: Partial<Job> = {}): Job {
  return {
    name: 'spec',
    zone: 'solve',
    trust: 'untrusted',
    run: { script: 'main.py' },
    inputs: [],
    files: { 'main.py': new TextEncoder().encode(text) },
    ...rest,
  };
}
