import { METRICS, type MetricName, type TaskManifest } from '@mle-smith/contracts';
import { readBundleText, type ArtifactStore, type Digest } from '@mle-smith/package';
import { modeOfStatus, roundedToError, statusesOf, type Feedback, type FeedbackMode } from './feedback.ts';
import type { Job, JobLimits, JobResult, JobRunner, JobSession } from './job-runner.ts';
import { EnvironmentFault, SUBMISSION, scoreSubmission, submissionOf, type Grade, type GradingSpec } from './score-submission.ts';

/** Bounds of one trial; stated to the candidate by `request_info`. */
export interface TrialLimits {
  readonly wallMs: number;
  readonly memoryMb: number;
  /** Scored submissions in one trial; feedback that costs nothing would be mined. */
  readonly scoredSubmissions: number;
  readonly executions: number;
}

export const DEFAULT_TRIAL_LIMITS: TrialLimits = { wallMs: 600_000, memoryMb: 4_096, scoredSubmissions: 20, executions: 200 };

/** What an environment is built on. */
export interface EnvironmentOptions {
  readonly jobs: JobRunner;
  readonly artifacts: ArtifactStore;
  /** The package in its normal form. */
  readonly bundle: Digest;
  /** Names jobs; the task's id. */
  readonly name: string;
  readonly spec: GradingSpec;
  readonly manifest?: TaskManifest | undefined;
  /** Whose metric.py grades: that of our templates (the default), or a stranger's. */
  readonly trust?: Job['trust'];
  readonly limits?: Partial<TrialLimits>;
}

/** Topics of `request_info`. */
export const INFO_TOPICS = ['overview', 'description', 'files', 'sample_submission', 'limits'] as const;
export type InfoTopic = (typeof INFO_TOPICS)[number];

/** One step of a trial. */
export interface Step {
  readonly step: number;
  readonly action: 'validate_code' | 'execute_code';
  readonly feedback: Feedback;
}

/** A program's run with everything that graders may see and candidates may not. */
export interface Trial {
  readonly feedback: Feedback;
  readonly job: JobResult;
  readonly grade: Grade | undefined;
}

const PUBLIC = 'data/public/';
const SAMPLE_LINES = 6;
const SOLUTION = 'candidate/solution.py';

/** The interactive environment of one task: a candidate asks, tries programs and is told what came of them. */
export class Environment {
  readonly #options: EnvironmentOptions;
  readonly #limits: TrialLimits;
  /** Unrounded scores by what the candidate was told in their place. */
  readonly #exact = new WeakMap<Feedback, number>();
  readonly #over = new AbortController();
  /** Programs that the candidate asks for share a sandbox; the probes of `trial` are candidates of their own. */
  readonly #session: JobSession = { over: this.#over.signal };
  #history: Step[] = [];
  #scored = 0;
  #runs = 0;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_TRIAL_LIMITS, ...options.limits };
  }

  /** What a participant may know. */
  async requestInfo(topic: InfoTopic): Promise<unknown> {
    const { artifacts, bundle, name, manifest, spec } = this.#options;
    switch (topic) {
      case 'overview':
        return {
          task: name,
          title: manifest?.title ?? name,
          objective: manifest?.objective,
          target: spec.target,
          metric: spec.metric,
          direction: spec.metric !== undefined && spec.metric in METRICS ? METRICS[spec.metric as MetricName].direction : undefined,
          data: '/input/data',
          submission: SUBMISSION,
        };
      case 'description':
        return (await readBundleText(artifacts, bundle, `${PUBLIC}description.txt`)) ?? '';
      case 'files':
        return (await artifacts.getBundle(bundle))
          .filter((file) => file.path.startsWith(PUBLIC))
          .map((file) => ({ path: file.path.slice(PUBLIC.length), bytes: file.bytes }));
      case 'sample_submission':
        return ((await readBundleText(artifacts, bundle, `${PUBLIC}sample_submission.csv`)) ?? '').split('\n').slice(0, SAMPLE_LINES).join('\n');
      case 'limits':
        return { ...this.#limits, scoredSubmissionsLeft: this.#limits.scoredSubmissions - this.#scored, executionsLeft: this.#limits.executions - this.#runs };
    }
  }

  /** Runs a program and says whether its submission would be accepted; never a score. */
  async validateCode(code: string, signal?: AbortSignal): Promise<Feedback> {
    if (this.#runs >= this.#limits.executions)
      return this.#note('validate_code', { mode: 'limit_exceeded', message: `all ${this.#limits.executions} executions of this trial are used up` });
    const { feedback } = await this.#run(code, signal);
    const { score: _score, ...rest } = feedback;
    return this.#note('validate_code', feedback.mode === 'scored' ? { ...rest, message: 'the submission is valid' } : rest);
  }

  /** Runs a program and scores what it leaves. */
  async executeCode(code: string, signal?: AbortSignal): Promise<Feedback> {
    if (this.#runs >= this.#limits.executions)
      return this.#note('execute_code', { mode: 'limit_exceeded', message: `all ${this.#limits.executions} executions of this trial are used up` });
    if (this.#scored >= this.#limits.scoredSubmissions)
      return this.#note('execute_code', {
        mode: 'limit_exceeded',
        message: `all ${this.#limits.scoredSubmissions} scored submissions of this trial are used up`,
      });
    const { feedback, grade } = await this.#run(code, signal);
    if (feedback.mode === 'scored') this.#scored += 1;
    if (feedback.mode === 'scored' && typeof grade?.score === 'number') this.#exact.set(feedback, grade.score);
    return this.#note('execute_code', feedback);
  }

  /** The unrounded score behind an answer of `executeCode`: for verdicts, and never for the candidate. */
  exactScore(feedback: Feedback): number | undefined {
    return this.#exact.get(feedback);
  }

  /** Every step since the last reset, oldest first. */
  getHistory(): readonly Step[] {
    return this.#history;
  }

  /** Forgets the history. The budget of scored submissions stays spent: it belongs to the trial. */
  reset(): void {
    this.#history = [];
  }

  /** No further program comes: gives back what the session holds. */
  close(): void {
    this.#over.abort();
  }

  /** One program outside of any trial's budget, with its unrounded grade: for the probes of verification. `meant`: what the program is meant to be told. */
  async trial(
    code: string,
    options: {
      readonly outputs?: readonly string[];
      readonly name?: string;
      readonly limits?: Partial<JobLimits>;
      readonly meant?: readonly FeedbackMode[];
    } = {},
    signal?: AbortSignal,
  ): Promise<Trial> {
    return this.#tried(code, options, undefined, signal);
  }

  async #tried(
    code: string,
    options: NonNullable<Parameters<Environment['trial']>[1]>,
    session: JobSession | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Trial> {
    const { jobs, artifacts, bundle, name, spec } = this.#options;
    const wallMs = options.limits?.wallMs ?? this.#limits.wallMs;
    const meant = statusesOf(options.meant ?? []);
    const job = await jobs.run(
      {
        name: `solve-${options.name ?? name}`,
        zone: 'solve',
        trust: 'untrusted',
        ...(session === undefined ? {} : { session }),
        run: { script: SOLUTION, arguments: ['/input/data'] },
        inputs: [{ at: 'data', bundle, prefix: PUBLIC }],
        files: { [SOLUTION]: new TextEncoder().encode(code) },
        outputs: [SUBMISSION, ...(options.outputs ?? [])],
        limits: { wallMs, cpuSeconds: Math.ceil(wallMs / 1000) + 1, memoryMb: this.#limits.memoryMb, ...options.limits },
        ...(meant.length === 0 ? {} : { meant }),
      },
      signal,
    );
    if (job.status === 'lost') throw new EnvironmentFault('the run', job);
    const mode = modeOfStatus(job.status);
    if (mode !== undefined) return { job, grade: undefined, feedback: { mode, message: job.message, log: job.log } };
    const submission = submissionOf(job.outputs);
    if (submission === undefined)
      return {
        job,
        grade: undefined,
        feedback: { mode: 'submission_missing', message: `the program ended and left no ${SUBMISSION} in its working directory`, log: job.log },
      };
    const grade = await scoreSubmission(jobs, { name, bundle, spec, trust: this.#options.trust ?? 'ours' }, await artifacts.putBundle([submission]), signal);
    if (!grade.valid || grade.score === null) return { job, grade, feedback: { mode: 'submission_invalid', message: grade.message, log: job.log } };
    return {
      job,
      grade,
      feedback: {
        mode: 'scored',
        message: 'the submission was scored',
        score: roundedToError(grade.score, grade.standardError, spec.leastError),
        log: job.log,
      },
    };
  }

  async #run(code: string, signal: AbortSignal | undefined): Promise<Trial> {
    this.#runs += 1;
    return this.#tried(code, {}, this.#session, signal);
  }

  #note(action: Step['action'], feedback: Feedback): Feedback {
    this.#history.push({ step: this.#history.length + 1, action, feedback });
    return feedback;
  }
}
