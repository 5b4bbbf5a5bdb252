import { RunReport } from '@mle-smith/contracts';

/** How one start of the program ended. */
export interface Ending {
  readonly killed: boolean;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the program once; with a delay in ms it is killed then, unless it ended before. */
export type Launch = (killAfterMs: number | undefined) => Promise<Ending>;

/** Everything reached a terminal state: something or nothing was verified. */
const DONE = new Set([0, 3]);

/** The program ended in a way that no interruption explains. */
export class RunFailedError extends Error {
  readonly code = 'run_failed';
  constructor(ending: Ending, starts: number) {
    super(`start ${starts} ended otherwise than by a kill or with its work done [exit=${ending.exitCode ?? 'signal'}]: ${ending.stderr.trim().slice(-2000)}`);
    this.name = new.target.name;
  }
}

/** Starts and kills at each moment, then lets the run finish. A run that is done early has had fewer kills. Throws `RunFailedError`. */
export async function disturb(
  launch: Launch,
  moments: readonly number[],
  onKill: (kill: number, afterMs: number) => void,
): Promise<{ kills: number; report: RunReport }> {
  let kills = 0;
  for (const [index, afterMs] of [...moments, undefined].entries()) {
    const ending = await launch(afterMs);
    if (ending.killed && afterMs !== undefined) {
      kills += 1;
      onKill(kills, afterMs);
      continue;
    }
    if (!DONE.has(ending.exitCode ?? -1)) throw new RunFailedError(ending, index + 1);
    return { kills, report: RunReport.parse(JSON.parse(ending.stdout)) };
  }
  throw new RangeError('the last start has no moment and cannot be killed');
}

/** What a report says that must not depend on interruptions: everything but seconds. */
export function outcomes({ datasets, tasks, funnel }: RunReport): string {
  const ordered = <T extends { id: string }>(rows: readonly T[]): T[] => [...rows].sort((one, other) => (one.id < other.id ? -1 : 1));
  return JSON.stringify({
    datasets: ordered(datasets).map((dataset) => ({ ...dataset, tasks: [...dataset.tasks].sort() })),
    tasks: ordered(tasks).map(({ seconds: _seconds, ...task }) => task),
    funnel,
  });
}
