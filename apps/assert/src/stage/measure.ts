import { MediaKind, type Proposal, type TaskManifest } from '@mle-smith/contracts';
import type { Job, JobResult, JobRunner } from '@mle-smith/environment';
import { DesignRecord, readBundleText, readManifest, revisionOf, type ArtifactStore, type Digest } from '@mle-smith/package';
import { traceOf, trustIn, type TwinIndex } from '@mle-smith/task';
import type { AssertConfig } from '../config.ts';
import { faultyTexts } from './faulty-texts.ts';
import { Audit, MetricAudit, Rebuild, type Facts, type Measurements } from './measurements.ts';

export interface MeasureInput {
  readonly jobs: JobRunner;
  readonly artifacts: ArtifactStore;
  readonly name: string;
  /** A package in its normal form, or a design. */
  readonly bundle: Digest;
  /** The raw files; without them nothing is rebuilt. */
  readonly raw: Digest | undefined;
  readonly proposal?: Proposal | undefined;
  /** Whose programs prepare.py and metric.py are: those of our templates, or a stranger's. */
  readonly trust: Job['trust'];
  readonly config: AssertConfig;
  readonly irregular?: readonly string[];
  /** Tasks that exist already. */
  readonly catalogue?: TwinIndex | undefined;
}

/** The machine failed while it measured. */
export class MeasureFault extends Error {
  readonly code = 'measure_fault';
  constructor(step: string, message: string) {
    super(`${step} could not be measured: ${message}`);
    this.name = new.target.name;
  }
}

/** Surroundings that a deterministic program does not notice. */
const ELSEWHERE = { timezone: 'Pacific/Chatham', locale: 'C', umask: 0o077, directory: '/tmp', shuffleListings: true } as const;

/** Measures what the named parts need. Throws `MeasureFault` for faults of the machine. */
export async function measure(
  input: MeasureInput,
  parts: { readonly programs: boolean; readonly tables: boolean },
  signal: AbortSignal,
): Promise<Measurements> {
  const { jobs, artifacts, name, bundle, raw, config } = input;
  const stated = await readManifest(artifacts, bundle);
  const manifest = stated ?? (await designOf(artifacts, bundle));
  const argument = manifest === undefined ? null : factsOf(manifest, input.proposal);
  const packaged = { at: 'package', bundle };
  const rawInput = raw === undefined ? [] : [{ at: 'raw', bundle: raw }];
  const run = async (
    step: string,
    zone: 'measure' | 'grade',
    call: string,
    value: unknown,
    inputs: readonly { at: string; bundle: Digest }[],
    options: { environment?: typeof ELSEWHERE; wallMs: number; trust?: Job['trust'] },
  ): Promise<JobResult> => {
    const result = await jobs.run(
      {
        name: `${step}-${name}`,
        zone,
        trust: options.trust ?? input.trust,
        run: { call, argument: value },
        inputs,
        ...(options.environment === undefined ? {} : { environment: options.environment }),
        limits: { wallMs: options.wallMs, cpuSeconds: Math.ceil(options.wallMs / 1000) },
      },
      signal,
    );
    if (result.status === 'lost') throw new MeasureFault(step, result.message);
    return result;
  };
  const tried = await run('metric', 'grade', 'mle_env.audit.metric:metric', argument, [packaged], { wallMs: config.auditWallMs });
  const metric = MetricAudit.parse(tried.status === 'succeeded' ? tried.value : { fault: tried.message });
  const facts = argument ?? metric.facts;
  // This job runs no program of the package.
  const audited = await run('audit', 'measure', 'mle_env.audit.audit:audit', { facts, tables: parts.tables }, [packaged, ...rawInput], {
    wallMs: config.auditWallMs,
    trust: 'ours',
  });
  if (audited.status !== 'succeeded') throw new MeasureFault('the package', audited.message);
  const rebuilt = async (zone: 'measure' | 'grade', again: boolean, environment?: typeof ELSEWHERE): Promise<Rebuild> => {
    const result = await run('rebuild', zone, 'mle_env.audit.rebuild:rebuild', rebuildArgument(facts, again), [packaged, ...rawInput], {
      ...(environment === undefined ? {} : { environment }),
      wallMs: config.rebuildWallMs,
    });
    return result.status === 'succeeded'
      ? Rebuild.parse(result.value)
      : { fault: result.message, files: {}, rawChanged: [], againChanged: null, perfect: null };
  };
  const bundled = await artifacts.getBundle(bundle);
  return {
    audit: Audit.parse(audited.value),
    metric,
    rebuilds: parts.programs && raw !== undefined ? [await rebuilt('measure', true), await rebuilt('grade', false, ELSEWHERE)] : undefined,
    files: Object.fromEntries(bundled.map((file) => [file.path, file.digest.replace(/^sha256:/, '')])),
    manifest,
    revision: stated === undefined ? undefined : revisionOf(stated, bundled),
    irregular: input.irregular ?? [],
    faultyTexts: await faultyTexts(artifacts, bundled),
    catalogue:
      input.catalogue === undefined || stated === undefined
        ? undefined
        : {
            tasks: input.catalogue.size,
            twin: input.catalogue.twinOf(traceOf(stated, (await readBundleText(artifacts, bundle, 'data/public/description.txt')) ?? '')),
          },
  };
}

function rebuildArgument(facts: Readonly<Record<string, unknown>> | Facts | null, again: boolean): Record<string, unknown> {
  return { again, id: facts?.['id'] ?? null, target: facts?.['target'] ?? null };
}

/** Whose the programs of a package or design of the pipeline are. */
export async function trustOf(artifacts: ArtifactStore, bundle: Digest): Promise<Job['trust']> {
  const manifest = (await readManifest(artifacts, bundle)) ?? (await designOf(artifacts, bundle));
  return manifest === undefined ? 'untrusted' : trustIn(manifest);
}

/** What the record of a design says so far, as a manifest; undefined where there is none. */
async function designOf(artifacts: ArtifactStore, bundle: Digest): Promise<TaskManifest | undefined> {
  const text = await readBundleText(artifacts, bundle, 'design.json');
  if (text === undefined) return undefined;
  const { facts: _facts, blocks: _blocks, ...record } = DesignRecord.parse(JSON.parse(text));
  return {
    ...record,
    format: 'mle-smith/1',
    revision: '',
    dataset: { id: '', digest: '', title: '' },
    files: [],
    licence: { text: '', redistribution: 'recipe_only' },
    local_only: true,
  };
}

/** The argument of the measuring jobs. */
function factsOf(manifest: TaskManifest, proposal: Proposal | undefined): Record<string, unknown> {
  const nameOf = (raw: string | undefined): string | null => manifest.columns.find((column) => column.raw === raw)?.name ?? null;
  return {
    id: manifest.submission.id,
    target: manifest.target.name,
    objective: manifest.objective,
    metric: manifest.metric.name,
    kind: manifest.submission.columns[1]?.kind ?? 'number',
    direction: manifest.metric.direction,
    optimum: manifest.metric.optimum,
    classes: manifest.target.classes,
    group: manifest.split.kind === 'group' ? nameOf(manifest.split.column) : null,
    time: manifest.split.kind === 'temporal' ? nameOf(manifest.split.column) : null,
    series: manifest.series ?? null,
    pair: manifest.pair ?? null,
    present: nameOf(manifest.ahead?.present),
    entities: manifest.entities.flatMap((entity) => {
      const column = nameOf(entity.column);
      return column === null ? [] : [{ column, role: entity.role }];
    }),
    media: Object.fromEntries(manifest.columns.filter((column) => MediaKind.safeParse(column.type).success).map((column) => [column.name, column.type])),
    text: manifest.columns.filter((column) => column.type === 'free text').map((column) => column.name),
    ...(proposal === undefined || proposal.target.derivation !== undefined
      ? {}
      : {
          reader: proposal.reader,
          column: proposal.target.column,
          dropped: proposal.target.dropped,
          ...(proposal.ratings === undefined ? {} : { met: [proposal.ratings.user, proposal.ratings.item] }),
        }),
  };
}
