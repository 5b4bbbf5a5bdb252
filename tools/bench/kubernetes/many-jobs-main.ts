/** A controller with many Jobs and nothing else to do, in a process of its own; tells what it took as one line of JSON. */
import { readFile } from 'node:fs/promises';
import { KubernetesPodJobs, type PodSettingsInput } from '@mle-smith/adapter-kubernetes';
import { shellOrder } from '../../cluster/shell-jobs.ts';

/** What it is told by its first argument. */
export interface ManyJobs {
  readonly kubeconfigFile: string;
  readonly settings: PodSettingsInput;
  readonly jobs: number;
}

/** What it tells. */
export interface ManyJobsFigures {
  readonly jobs: number;
  /** From the first call until all are created, until the end of the last one is told, and until the last one is removed, in seconds. */
  readonly createdSeconds: number;
  readonly endedSeconds: number;
  readonly removedSeconds: number;
  /** Calls to the API server a Job by operation, watches not counted. */
  readonly calls: Readonly<Record<string, number>>;
  readonly callsAJob: number;
  /** The most calls of any second. */
  readonly mostCallsASecond: number;
  /** Logs that could not be read. */
  readonly logsLost: number;
  /** Memory of the process before the first Job, and the most of it, MB. */
  readonly memoryMb: { readonly before: number; readonly most: number };
}

async function main({ kubeconfigFile, settings, jobs: count }: ManyJobs): Promise<ManyJobsFigures> {
  const calls: Record<string, number> = {};
  const seconds = new Map<number, number>();
  const pods = await KubernetesPodJobs.open({
    access: { kubeconfigFile },
    settings,
    observe: (notice) => {
      if (notice.kind !== 'called') return;
      calls[notice.operation] = (calls[notice.operation] ?? 0) + 1;
      const second = Math.floor(performance.now() / 1_000);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    },
  });
  const before = await memory('VmRSS');
  const began = performance.now();
  const at = { created: 0, ended: 0, removed: 0 };
  const passed = (): number => Number(((performance.now() - began) / 1_000).toFixed(1));
  let logsLost = 0;
  const one = async (number: number): Promise<void> => {
    const job = await pods.start(shellOrder(`job-${number}`, `echo ${number}; exit ${number % 100}`));
    at.created = passed();
    const end = await job.ended();
    at.ended = passed();
    if (end.exitCode !== number % 100) throw new Error(`a Job ended otherwise than it was told to [job=${job.name}, code=${end.code}]: ${end.reason}`);
    if (end.logsLost) logsLost += 1;
    await job.remove();
    at.removed = passed();
  };
  await Promise.all(Array.from({ length: count }, (_, number) => one(number)));
  await pods.close();
  const perJob = Object.fromEntries(Object.entries(calls).map(([operation, times]) => [operation, Number((times / count).toFixed(3))]));
  return {
    jobs: count,
    createdSeconds: at.created,
    endedSeconds: at.ended,
    removedSeconds: at.removed,
    calls: perJob,
    callsAJob: Number((Object.values(calls).reduce((sum, times) => sum + times, 0) / count).toFixed(2)),
    mostCallsASecond: Math.max(...seconds.values()),
    logsLost,
    memoryMb: { before, most: await memory('VmHWM') },
  };
}

async function memory(what: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Math.round(Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1_024);
}

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(await main(JSON.parse(process.argv[2] ?? '') as ManyJobs)));
