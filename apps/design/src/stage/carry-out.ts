import type { Digest } from '@mle-smith/package';
import { DesignFacts } from '@mle-smith/package';
import type { Job, JobResult, JobRunner } from '@mle-smith/environment';
import type { DesignConfig } from '../config.ts';
import { ratingsOf, type Plan } from './plan.ts';

/** The programs of a design by their paths. */
export interface Programs {
  readonly 'utils/prepare.py': string;
  readonly 'utils/metric.py': string;
}

/** What came of running prepare.py once: the files that it left and what was measured on them, or why there are none. */
export type CarriedOut =
  | { readonly facts: DesignFacts; readonly outputs: JobResult['outputs'] }
  | { readonly fault: 'lost' | 'failed'; readonly message: string; readonly log: string };

/** Prepares the raw data by the programs, in a sandbox. `trust` says who wrote them. */
export async function carryOut(
  jobs: JobRunner,
  input: { name: string; raw: Digest; plan: Plan; programs: Programs; trust: Job['trust']; config: DesignConfig },
  signal: AbortSignal,
): Promise<CarriedOut> {
  const { name, raw, plan, programs, trust, config } = input;
  const { target, objective, ratings } = plan.proposal;
  const result = await jobs.run(
    {
      name,
      zone: 'measure',
      trust,
      run: {
        call: 'mle_env.describe:describe',
        argument: {
          target: target.name,
          classes: plan.classes.length > 0 || plan.target === 'binary',
          several: plan.target === 'tags' || plan.target === 'labels' ? plan.target : null,
          event: target.event !== undefined,
          candidates: objective === 'ranking' && ratings !== undefined ? ratingsOf(plan, ratings) : null,
        },
      },
      inputs: [{ at: 'raw', bundle: raw }],
      files: Object.fromEntries(Object.entries(programs).map(([path, text]) => [`design/${path}`, new TextEncoder().encode(text)])),
      outputs: ['data'],
      limits: { wallMs: config.prepareWallMs, cpuSeconds: Math.ceil(config.prepareWallMs / 1000), memoryMb: config.prepareMemoryMb },
    },
    signal,
  );
  if (result.status !== 'succeeded') return { fault: result.status === 'lost' ? 'lost' : 'failed', message: result.message, log: result.log };
  const facts = DesignFacts.safeParse(result.value);
  // A program that is not ours shares a process with what measures it.
  if (!facts.success) return { fault: 'failed', message: 'the measurements of the prepared files make no sense', log: result.log };
  return { facts: facts.data, outputs: result.outputs };
}
