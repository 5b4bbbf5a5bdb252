import type { Job, JobInput } from '@mle-smith/environment';
import type { ArtifactStore } from '@mle-smith/package';

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

/** One small file as an input, put into a store. */
export async function inputIn(artifacts: ArtifactStore): Promise<JobInput> {
  const bytes = new TextEncoder().encode('x\n');
  return { at: 'data', bundle: await artifacts.putBundle([{ path: 'x.txt', digest: await artifacts.put(bytes), bytes: bytes.length }]) };
}
