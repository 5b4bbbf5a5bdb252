import { JOB_PHASES, type JobPhase, type StageName } from '@mle-smith/contracts';
import { spanBetween, withSpan } from './attempt-span.ts';
import { currentStage } from './attempt-stage.ts';
import { ZONES } from './metric-labels.ts';
import type { ServiceMetrics } from './service-metrics.ts';
import { POD_STEPS, type PodStep } from './span-catalogue.ts';
import { spanNow } from './span-clock.ts';

/** A job as far as it is watched. */
export interface WatchedJob {
  readonly name: string;
  readonly zone: 'measure' | 'solve' | 'grade';
  readonly trust: 'ours' | 'untrusted';
}

/** What came of it. */
export interface WatchedJobResult {
  readonly status: 'succeeded' | 'failed' | 'timeout' | 'out_of_memory' | 'log_limit' | 'output_rejected' | 'lost';
  readonly durationMs: number;
  readonly peakMemoryMb?: number;
  readonly cpuSeconds?: number;
  /** What our own code did in it, in ms from its start. */
  readonly phases?: readonly { readonly phase: JobPhase; readonly fromMs: number; readonly toMs: number }[];
}

/** What runs jobs. */
export interface WatchedRunner<Job extends WatchedJob, Result extends WatchedJobResult> {
  run(job: Job, signal?: AbortSignal): Promise<Result>;
}

/** What is known of where jobs run. */
export interface JobPlaces {
  /** Its name. */
  readonly profile?: string;
  /** Whose jobs they are: what is counted of them is shown as 0 at first. */
  readonly stages?: readonly StageName[];
  /** Accelerators that a job of a zone has to itself; none where this is not given. */
  readonly gpusOf?: ((zone: WatchedJob['zone'], trust: WatchedJob['trust']) => number) | undefined;
}

/** The same runner, each of whose jobs is counted, timed and a span; what it takes is counted for the stage that is at work. */
export function observedJobs<Job extends WatchedJob, Result extends WatchedJobResult, Runner extends WatchedRunner<Job, Result>>(
  runner: Runner & WatchedRunner<Job, Result>,
  metrics: ServiceMetrics,
  { profile = 'sandbox', stages = [], gpusOf = () => 0 }: JobPlaces = {},
): Runner {
  metrics.showZeroes(['mlesmith_job_outcomes_total']);
  for (const zone of ZONES) for (const stage of stages) metrics.count('mlesmith_job_cpu_seconds_total', { stage, zone }, 0);
  const trusts = ['ours', 'untrusted'] as const;
  if (ZONES.some((zone) => trusts.some((trust) => gpusOf(zone, trust) > 0)))
    for (const stage of stages) metrics.count('mlesmith_job_gpu_seconds_total', { stage }, 0);
  let running = 0;
  const mark = (change: number): void => {
    running += change;
    metrics.set('mlesmith_jobs', running, { phase: 'running', profile });
  };
  const run = async (job: Job, signal?: AbortSignal): Promise<Result> => {
    const { zone } = job;
    mark(1);
    try {
      const result = await withSpan(
        'job',
        { 'mlesmith.job.name': job.name, 'mlesmith.job.zone': zone, 'mlesmith.job.trust': job.trust, 'mlesmith.job.profile': profile },
        async (span) => {
          const told = await runner.run(job, signal);
          span.set({ 'mlesmith.job.status': told.status });
          if (job.trust === 'ours') recordPhases(told, spanNow());
          return told;
        },
      );
      metrics.count('mlesmith_job_outcomes_total', { zone, class: result.status });
      metrics.record('mlesmith_job_run_seconds', result.durationMs / 1_000, { zone });
      if (result.cpuSeconds !== undefined) metrics.count('mlesmith_job_cpu_seconds_total', { stage: currentStage(), zone }, result.cpuSeconds);
      const gpus = gpusOf(zone, job.trust);
      if (gpus > 0) metrics.count('mlesmith_job_gpu_seconds_total', { stage: currentStage() }, (gpus * result.durationMs) / 1_000);
      if (result.peakMemoryMb !== undefined) metrics.record('mlesmith_job_peak_memory_bytes', result.peakMemoryMb * 1_048_576, { zone });
      return result;
    } catch (error) {
      metrics.count('mlesmith_job_outcomes_total', { zone, class: 'not_run' });
      throw error;
    } finally {
      mark(-1);
    }
  };
  return new Proxy<Runner>(runner, {
    get: (target, name) => {
      if (name === 'run') return run;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** Phases lie within the time that the job says it took; whoever runs it may need a moment more until the answer is read. */
function recordPhases({ phases = [], durationMs }: WatchedJobResult, end: number): void {
  const within = (ms: number): number => end - durationMs + Math.min(Math.max(0, ms), durationMs);
  for (const { phase, fromMs, toMs } of phases.filter((one) => JOB_PHASES.includes(one.phase)))
    spanBetween('job_phase', { 'mlesmith.job.phase': phase }, within(fromMs), within(toMs));
}

/** When the pod of a job was done with each step, in ms since it was asked for; a step that is missing was not come to. */
export type WatchedPodTimes = Readonly<Partial<Record<(typeof POD_STEPS)[PodStep], number>>>;

/** Makes spans of the steps of a pod that has just been let go, below its job, which took so many ms; steps that a warm pod did for an earlier job make none. */
export function recordPodSteps(times: WatchedPodTimes, tookMs: number): void {
  const now = spanNow();
  const came = now - tookMs;
  const asked = now - Math.max(0, ...Object.values(times));
  let began = Math.max(asked, came);
  for (const [step, end] of Object.entries(POD_STEPS) as [PodStep, (typeof POD_STEPS)[PodStep]][]) {
    const after = times[end];
    if (after === undefined || asked + after < came) continue;
    spanBetween('pod_step', { 'mlesmith.pod.step': step }, began, asked + after);
    began = asked + after;
  }
}

/** Counts the jobs that wait for a place on this machine, and for how long they waited. */
export function jobQueueRecorder(
  metrics: ServiceMetrics,
  profile = 'sandbox',
): { readonly waiting: (jobs: number) => void; readonly started: (waitedMs: number) => void } {
  return {
    waiting: (jobs) => metrics.set('mlesmith_jobs', jobs, { phase: 'queued', profile }),
    started: (waitedMs) => metrics.record('mlesmith_job_queue_seconds', waitedMs / 1_000, { profile }),
  };
}
