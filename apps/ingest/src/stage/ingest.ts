import { Profile, REASON_CODES, type Dataset, type ReasonCode, type Source } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import { putJson, type BundleFile, type Digest } from '@mle-smith/package';
import type { StageContext, StageHandler, StageOutcome, WorkItem } from '@mle-smith/stage-runtime';
import type { IngestConfig } from '../config.ts';
import type { OpenFolder } from './open-folder.ts';
import { refusalOf, snapshot } from './snapshot.ts';
import { isRedistributable, readSource } from './source.ts';

export interface IngestOptions {
  readonly jobs: JobRunner;
  readonly config: IngestConfig;
  /** Where the raw files of a dataset are. */
  readonly open: OpenFolder;
}

/** Snapshots a folder of raw files and profiles it in a sandbox. Leaves `dataset`, `raw` and `profile`. */
export function createIngestStage(options: IngestOptions): StageHandler {
  return async (item, context): Promise<StageOutcome> => {
    let taken: Taken;
    try {
      taken = await take(item, context, options);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return { kind: 'ended', code: refusal.code, message: refusal.message };
    }
    return profile(taken, item, context, options);
  };
}

/** What was found in a folder, all of it in the store. */
interface Taken {
  readonly files: readonly BundleFile[];
  readonly raw: Digest;
  readonly source: Source;
}

/** Snapshots the folder, which is not needed after that. */
async function take(item: WorkItem, context: StageContext, { open, config }: IngestOptions): Promise<Taken> {
  const folder = await open(item, context);
  try {
    const files = await snapshot(folder.path, context.artifacts, config);
    return { files, raw: await context.artifacts.putBundle(files), source: await readSource(folder.path) };
  } finally {
    await folder.close();
  }
}

async function profile(
  { files, raw, source }: Taken,
  item: WorkItem,
  { artifacts, signal }: StageContext,
  { jobs, config }: IngestOptions,
): Promise<StageOutcome> {
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
  if (result.status !== 'succeeded') return { kind: 'ended', code: 'unreadable_table', message: `its files cannot be profiled: ${result.message}`, documents };
  const measured = Profile.parse(result.value);
  const left = { ...documents, profile: await putJson(artifacts, measured) };
  if (measured.refusal !== undefined) return { kind: 'ended', code: reasonCode(measured.refusal.code), message: measured.refusal.message, documents: left };
  return { kind: 'advanced', documents: left };
}

function reasonCode(code: string): ReasonCode {
  return Object.hasOwn(REASON_CODES, code) ? (code as ReasonCode) : 'unreadable_table';
}
