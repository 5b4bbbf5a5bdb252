import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createHash, randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Job, JobResult, JobRunner } from '@mle-smith/environment';
import { canonicalJson, type ArtifactStore } from '@mle-smith/package';
import { sourcesOf } from './python-sources.ts';

const DESCRIPTION = /(?:^|\/)description\.txt$/;
/** The audit's slow parts, and what they read: tables, the files that they name, and the raw files. */
const AUDIT = 'mle_env.audit.audit:audit';
const TABLES = (path: string): boolean => path.startsWith('raw/') || (path.startsWith('package/data/') && !DESCRIPTION.test(path));
const SLOW_PARTS = ['split', 'leakage', 'lacking', 'unmeasured'] as const;
/** What a measuring job reads of a package; a change elsewhere does not make it run again. */
const READS: Readonly<Record<string, (path: string) => boolean>> = {
  'mle_env.baselines:solve': (path) => !DESCRIPTION.test(path),
  'mle_env.audit.rebuild:rebuild': (path) => path.startsWith('raw/') || path.startsWith('package/utils/') || path.startsWith('package/data/private/'),
  'mle_env.audit.metric:metric': (path) =>
    path === 'package/utils/metric.py' || path.startsWith('package/data/private/') || path === 'package/data/public/sample_submission.csv',
  [AUDIT]: (path) => path !== 'package/task.json' && !path.startsWith('package/verification/'),
  'mle_env.grade:ladder': (path) =>
    /^predictions\/|^package\/(?:utils\/metric\.py|data\/private\/.*|data\/public\/(?:train|test|sample_submission)\.csv)$/.test(path),
  'mle_env.grade:submission': (path) => /^submission\/|^package\/(?:utils\/metric\.py|data\/private\/.*)$/.test(path),
};
/** Results that say something about the machine, not about the package. */
const PASSING = new Set(['lost', 'timeout', 'out_of_memory']);

/** A JobRunner that remembers results by what went into them: inputs, argument, surroundings and the Python that was run. */
export class JobCache implements JobRunner {
  readonly #jobs: JobRunner;
  readonly #artifacts: ArtifactStore;
  readonly #folder: string;
  readonly #pythonPath: string;
  #hits = 0;
  #runs = 0;

  constructor(options: { jobs: JobRunner; artifacts: ArtifactStore; folder: string; pythonPath: string }) {
    this.#jobs = options.jobs;
    this.#artifacts = options.artifacts;
    this.#folder = options.folder;
    this.#pythonPath = options.pythonPath;
  }

  /** How many jobs were answered from memory and how many were run. */
  get counts(): { readonly hits: number; readonly runs: number } {
    return { hits: this.#hits, runs: this.#runs };
  }

  isolation(trust: Job['trust']): ReturnType<JobRunner['isolation']> {
    return this.#jobs.isolation(trust);
  }

  close(): Promise<void> {
    return this.#jobs.close();
  }

  async run(job: Job, signal?: AbortSignal): Promise<JobResult> {
    const key = await this.#keyOf(job, readsOf(job));
    const known = await this.#recall<JobResult>(key);
    if (known !== undefined) {
      this.#hits += 1;
      return known;
    }
    const result = await this.#audited(job, signal);
    if (!PASSING.has(result.status)) await this.#remember(key, result);
    return result;
  }

  /** Runs a job; of an audit whose tables were measured before, only the rest. */
  async #audited(job: Job, signal: AbortSignal | undefined): Promise<JobResult> {
    this.#runs += 1;
    const asked = 'call' in job.run && job.run.call === AUDIT ? (job.run.argument as { facts: unknown; tables: boolean }) : undefined;
    if (asked?.tables !== true || asked.facts === null) return this.#jobs.run(job, signal);
    const key = `tables-${await this.#keyOf(job, TABLES)}`;
    const parts = await this.#recall<Record<string, unknown>>(key);
    if (parts !== undefined) {
      const rest = await this.#jobs.run({ ...job, run: { call: AUDIT, argument: { ...asked, tables: false } } }, signal);
      return rest.status === 'succeeded' ? { ...rest, value: { ...(rest.value as object), ...parts } } : rest;
    }
    const result = await this.#jobs.run(job, signal);
    if (result.status === 'succeeded') {
      const value = result.value as Record<string, unknown>;
      await this.#remember(key, Object.fromEntries(SLOW_PARTS.map((part) => [part, value[part]])));
    }
    return result;
  }

  async #recall<Value>(key: string): Promise<Value | undefined> {
    const text = await readFile(this.#fileOf(key), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  }

  async #remember(key: string, value: unknown): Promise<void> {
    const file = this.#fileOf(key);
    await mkdir(dirname(file), { recursive: true });
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, JSON.stringify(value));
    await rename(draft, file);
  }

  #fileOf(key: string): string {
    return join(this.#folder, key.slice(-2), `${key}.json`);
  }

  async #keyOf(job: Job, reads: ((path: string) => boolean) | undefined): Promise<string> {
    const call = 'call' in job.run ? job.run.call : undefined;
    const inputs: string[] = [];
    for (const { at, bundle, prefix = '' } of job.inputs)
      for (const file of await this.#artifacts.getBundle(bundle)) {
        if (!file.path.startsWith(prefix)) continue;
        const path = `${at}/${file.path.slice(prefix.length)}`;
        // The programs of the probes see names of files, and copy the sample.
        if (call === undefined) inputs.push(`${path} ${path.endsWith('sample_submission.csv') ? file.digest : ''}`);
        else if (reads === undefined || reads(path)) inputs.push(`${path} ${file.digest}`);
      }
    const files = Object.entries(job.files ?? {}).map(([path, bytes]) => `${path} ${sha256(bytes)}`);
    const { zone, trust, run, outputs = [], environment = {} } = job;
    const python = await sourcesOf(this.#pythonPath, call?.split(':')[0]);
    return sha256(
      canonicalJson({ zone, trust: call === undefined ? trust : '', run, outputs, environment, inputs: inputs.sort(), files: files.sort(), python }),
    );
  }
}

/** Which of its inputs a job reads; undefined for all of them. */
function readsOf({ run }: Job): ((path: string) => boolean) | undefined {
  if (!('call' in run)) return undefined;
  // Without the facts of a manifest the metric's job reads every table.
  return run.call === 'mle_env.audit.metric:metric' && run.argument === null ? undefined : READS[run.call];
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
