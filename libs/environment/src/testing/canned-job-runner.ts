import { canonicalJson } from '@mle-smith/package';
import type { Isolation } from '@mle-smith/contracts';
import type { Job, JobResult, JobRunner } from '../job-runner.ts';

/** A job runner that runs nothing: it keeps the jobs, and a function says what comes of each. */
export class CannedJobRunner implements JobRunner {
  readonly jobs: Job[] = [];
  readonly #reply: (job: Job, number: number) => Partial<JobResult>;

  constructor(reply: (job: Job, number: number) => Partial<JobResult>) {
    this.#reply = reply;
  }

  run(job: Job, signal?: AbortSignal): Promise<JobResult> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    this.jobs.push(job);
    const result: JobResult = { status: 'succeeded', log: '', message: '', outputs: [], durationMs: 1, isolation: this.isolation() };
    return Promise.resolve({ ...result, ...this.#reply(job, this.jobs.length) });
  }

  isolation(): Isolation {
    return { kind: 'none', gaps: [] };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Each job without its name and its data: where it runs, whose code, on which inputs, with what means. Bundles that programs left are data. */
  means(): string[] {
    return this.jobs.map(({ name: _name, run, files, inputs, session, ...means }) =>
      canonicalJson({
        ...means,
        ...(session === undefined ? {} : { session: true }),
        run: 'call' in run ? { call: run.call } : run,
        files: Object.keys(files ?? {}).sort(),
        inputs: inputs.map(({ at, prefix }) => ({ at, prefix: prefix ?? null })),
      }),
    );
  }
}
