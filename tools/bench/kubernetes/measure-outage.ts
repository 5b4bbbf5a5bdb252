import { setTimeout as rest } from 'node:timers/promises';
import { KubernetesPodJobs } from '@mle-smith/adapter-kubernetes';
import { FaultyApi, type ClusterDrill } from '@mle-smith/adapter-kubernetes/drills';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import { shellOrder, shellSettings } from '../../cluster/shell-jobs.ts';

/** What an outage of the API server costs a process that holds Jobs. */
export interface OutageFigures {
  readonly seconds: number;
  readonly jobs: number;
  /** Jobs that ended while nobody could see it. */
  readonly endedMeanwhile: number;
  /** From the return of the API server until the last of these ends was told, with its log. */
  readonly toldAfterSeconds: number;
  /** From its return until two Jobs that were asked for meanwhile had ended. */
  readonly askedMeanwhileSeconds: number;
  /** Requests and tries to connect a second: while it was away, and in the twenty seconds after. */
  readonly requestsASecond: number;
  readonly requestsASecondAfter: number;
}

const AWAY_SECONDS = 120;
const JOBS = 24;
const AFTER_SECONDS = 20;
/** A caller whose Job could not be created comes again so soon at first, as a station does. */
const AGAIN_MS = 1_000;

/** Holds Jobs of 5 to 160 seconds, takes the API server away for two minutes, and sees when their ends are told. Throws where one ends otherwise than it should. */
export async function measureOutage(server: RunningServer, { namespaces }: ClusterDrill): Promise<OutageFigures> {
  const api = await FaultyApi.before(server.address);
  const pods = await KubernetesPodJobs.open({ access: { kubeconfigFile: api.kubeconfigFile }, settings: shellSettings(server, namespaces) });
  const asked = (): number => api.requests.length + api.turnedAway;
  try {
    const held = await Promise.all(
      Array.from({ length: JOBS }, (_, number) => pods.start(shellOrder(`long-${number}`, `sleep ${5 + Math.round((155 * number) / (JOBS - 1))}; exit 3`))),
    );
    await Promise.all(held.map((job) => job.ready()));
    const told: { readonly at: number; readonly finishedAt: number }[] = [];
    const ends = held.map(async (job) => {
      const end = await job.ended();
      if (end.exitCode !== 3 || end.logsLost) throw new Error(`a Job ended otherwise than it was told to [job=${job.name}, code=${end.code}]: ${end.reason}`);
      told.push({ at: performance.now(), finishedAt: Date.parse(end.finishedAt ?? '') });
    });
    const [before, from] = [asked(), Date.now()];
    api.cut();
    const meanwhile = ['new-1', 'new-2'].map((key) => endOf(pods, key).then(() => performance.now()));
    await rest(AWAY_SECONDS * 1_000);
    const [during, healedAt, until] = [asked() - before, performance.now(), Date.now()];
    api.heal();
    await rest(AFTER_SECONDS * 1_000);
    const after = asked() - before - during;
    const lastOfMeanwhile = Math.max(...(await Promise.all(meanwhile)));
    await Promise.all(ends);
    const hidden = told.filter(({ finishedAt }) => finishedAt > from && finishedAt < until - 1_000);
    return {
      seconds: AWAY_SECONDS,
      jobs: JOBS,
      endedMeanwhile: hidden.length,
      toldAfterSeconds: tenths((Math.max(...hidden.map(({ at }) => at)) - healedAt) / 1_000),
      askedMeanwhileSeconds: tenths((lastOfMeanwhile - healedAt) / 1_000),
      requestsASecond: hundredths(during / AWAY_SECONDS),
      requestsASecondAfter: hundredths(after / AFTER_SECONDS),
    };
  } finally {
    await pods.close();
    await api.stop();
  }
}

/** Asks for a Job until it is there, and waits for its end. */
async function endOf(pods: KubernetesPodJobs, key: string): Promise<void> {
  for (;;)
    try {
      const job = await pods.start(shellOrder(key, 'exit 0'));
      await job.ended();
      return await job.remove();
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'cluster_unreachable') throw error;
      await rest(AGAIN_MS);
    }
}

function tenths(value: number): number {
  return Number(value.toFixed(1));
}

function hundredths(value: number): number {
  return Number(value.toFixed(2));
}
