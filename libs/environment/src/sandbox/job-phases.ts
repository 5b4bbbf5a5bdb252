import { JOB_PHASES } from '@mle-smith/contracts';
import { z } from 'zod';
import type { Job, JobPhaseTimes } from '../job-runner.ts';

/** Most parts that are believed of one job. */
const MOST = 32;

const Told = z.array(z.tuple([z.string(), z.number().nonnegative(), z.number().nonnegative()])).max(MOST);

/** Whether the server is to tell the parts of a job: where a stranger's program runs beside our code it could say anything. */
export function tellsPhases({ run, trust }: Pick<Job, 'run' | 'trust'>): boolean {
  return trust === 'ours' && 'call' in run;
}

/** What a call answered, apart from the line behind it that tells its parts. */
export function withoutPhases(result: Buffer): { readonly value: Buffer; readonly phases: readonly JobPhaseTimes[] } {
  const end = result.indexOf(10);
  return end < 0 ? { value: result, phases: [] } : { value: result.subarray(0, end), phases: read(result.subarray(end + 1)) };
}

/** The parts that are known; none where the line is not ours. */
function read(line: Buffer): JobPhaseTimes[] {
  let told: unknown;
  try {
    told = JSON.parse(line.toString('utf8'));
  } catch {
    return [];
  }
  const parts = Told.safeParse(told);
  if (!parts.success) return [];
  return parts.data.flatMap(([name, fromMs, toMs]) => {
    const phase = JOB_PHASES.find((known) => known === name);
    return phase === undefined || toMs < fromMs ? [] : [{ phase, fromMs, toMs }];
  });
}
