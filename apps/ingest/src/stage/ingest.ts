import { Profile, REASON_CODES, type Dataset, type ReasonCode } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import { putJson } from '@mle-smith/package';
import type { StageHandler, StageOutcome } from '@mle-smith/stage-runtime';
import type { IngestConfig } from '../config.ts';
import { refusalOf, snapshot } from './snapshot.ts';
import { isRedistributable, readSource } from './source.ts';

export interface IngestOptions {
  readonly jobs: JobRunner;
  readonly config: IngestConfig;
  /** The folder of a dataset on this machine. */
  readonly folderOf: (datasetId: string) => string;
}

/** Snapshots a folder of raw files and profiles it in a sandbox. Leaves `dataset`, `raw` and `profile`. */
export function createIngestStage({ jobs, config, folderOf }: IngestOptions): StageHandler {
  return async (item, { artifacts, signal }): Promise<StageOutcome> => {
    const folder = folderOf(item.id);
    let files;
    let raw: string;
    try {
      files = await snapshot(folder, artifacts, config);
      raw = await artifacts.putBundle(files);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return { kind: 'ended', code: refusal.code, message: refusal.message };
    }
    const source = await readSource(folder);
    const dataset: Dataset = {
      id: item.id,
      digest: raw,
      source: { ...source, id: item.id },
      raw,
      files: files.map((file) => ({ path: file.path, sha256: file.digest.slice('sha256:'.length), bytes: file.bytes })),
      redistributable: isRedistributable(source.licence),
    };
    const documents = { dataset: await putJson(artifacts, dataset), raw };
    const result = await jobs.run(
      {
        name: `profile-${item.id}`,
        zone: 'measure',
        trust: 'ours',
        run: { call: 'mle_env.profile:profile', argument: {} },
        inputs: [{ at: 'raw', bundle: raw }],
        limits: { memoryMb: config.profileMemoryMb, wallMs: config.profileWallMs, cpuSeconds: Math.ceil(config.profileWallMs / 1000) },
      },
      signal,
    );
    if (result.status === 'lost') return { kind: 'retry', code: 'sandbox_lost', message: result.message };
    if (result.status === 'out_of_memory' || result.status === 'timeout')
      return { kind: 'ended', code: 'too_large', message: `profiling it ${result.message}`, documents };
    if (result.status !== 'succeeded')
      return { kind: 'ended', code: 'unreadable_table', message: `its files cannot be profiled: ${result.message}`, documents };
    const profile = Profile.parse(result.value);
    documents satisfies Record<string, string>;
    const left = { ...documents, profile: await putJson(artifacts, profile) };
    if (profile.refusal !== undefined) return { kind: 'ended', code: reasonCode(profile.refusal.code), message: profile.refusal.message, documents: left };
    return { kind: 'advanced', documents: left };
  };
}

function reasonCode(code: string): ReasonCode {
  return Object.hasOwn(REASON_CODES, code) ? (code as ReasonCode) : 'unreadable_table';
}
