import type { Dataset } from '@mle-smith/contracts';
import { Profile, Proposal, type Finding } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import { DirectJobRunner } from '@mle-smith/environment/testing';
import { canonicalJson, digestOf, putFiles, putJson, readBundleText, type ArtifactStore } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import type { StageOutcome } from '@mle-smith/stage-runtime';
import { parseDesignConfig } from '../../config.ts';
import { createDesignStage } from '../design.ts';
import type { Designer } from '../llm/designer.ts';

/** What a test says about a proposal; the rest has plain defaults. */
export type Sketch = Pick<Proposal, 'objective' | 'target' | 'inputs' | 'split'> & { readonly metric: string } & Partial<
    Pick<
      Proposal,
      | 'title'
      | 'question'
      | 'user'
      | 'decision'
      | 'momentOfPrediction'
      | 'textInputs'
      | 'ledger'
      | 'contamination'
      | 'columnNotes'
      | 'micro'
      | 'series'
      | 'ahead'
      | 'ratings'
      | 'candidates'
      | 'pair'
    >
  >;

export interface Tried {
  readonly outcome: StageOutcome;
  /** A file of the design; the empty string where there is none. */
  readonly read: (path: string) => Promise<string>;
  /** Designs again at the next generation with these findings. */
  readonly again: (findings: readonly Finding[]) => Promise<Tried>;
}

/** Profiles by their raw files: a test may ask about the same ones many times. */
const profiles = new Map<string, Promise<Profile>>();

/** Profiles raw files, and designs a sketched proposal on the first table, or on that of what comes later, in plain Python processes or in those of `runner`. */
export async function tryDesign(
  raw: Readonly<Record<string, string>>,
  sketch: Sketch,
  designer?: Designer,
  runner: (artifacts: ArtifactStore) => JobRunner = (artifacts) => new DirectJobRunner({ artifacts }),
): Promise<Tried> {
  const artifacts = new InMemoryArtifactStore();
  const jobs = runner(artifacts);
  const files = await putFiles(artifacts, raw);
  const bundle = await artifacts.putBundle(files);
  const known = profiles.get(canonicalJson(raw)) ?? profileOf(new DirectJobRunner({ artifacts }), bundle);
  profiles.set(canonicalJson(raw), known);
  const profile = await known;
  const table = profile.tables.find(({ reader }) => (reader.format === 'ahead') === (sketch.ahead !== undefined));
  if (table === undefined) throw new RangeError('the raw files hold no table');
  const dataset: Dataset = {
    id: 'orchards',
    digest: digestOf('orchards'),
    source: { id: 'orchards', title: 'Orchard survey', licence: 'CC0-1.0' },
    raw: bundle,
    files: [],
    redistributable: true,
  };
  const { metric, ...rest } = sketch;
  const proposal = Proposal.parse({
    id: 'orchards-task',
    datasetId: 'orchards',
    title: 'Harvest',
    question: 'What comes of it?',
    user: 'a grower',
    decision: 'when to pick',
    momentOfPrediction: 'before the harvest',
    modality: 'tabular',
    table: table.name,
    reader: table.reader,
    ledger: [],
    entities: [],
    risks: [],
    skills: [],
    contamination: { level: 'private', evidence: 'made for a test' },
    metric: { name: metric, reason: 'test' },
    ...rest,
  });
  const documents = {
    dataset: await putJson(artifacts, dataset),
    profile: await putJson(artifacts, profile),
    raw: bundle,
    proposal: await putJson(artifacts, proposal),
  };
  const stage = createDesignStage({ jobs, config: parseDesignConfig({}), designer });

  const attempt = async (known: Readonly<Record<string, string>>, generation: number, findings: readonly Finding[]): Promise<Tried> => {
    const outcome = await stage(
      { stage: 'design', kind: 'task', id: proposal.id, datasetId: 'orchards', generation, attempt: 1, documents: known, findings },
      { artifacts, signal: new AbortController().signal },
    );
    const left = 'documents' in outcome ? { ...known, ...outcome.documents } : known;
    return {
      outcome,
      read: async (path) => (left['design'] === undefined ? '' : ((await readBundleText(artifacts, left['design'], path)) ?? '')),
      again: async (next) => attempt(left, generation + 1, next),
    };
  };
  return attempt(documents, 1, []);
}

async function profileOf(jobs: JobRunner, bundle: string): Promise<Profile> {
  const { value, message } = await jobs.run({
    name: 'profile',
    zone: 'measure',
    trust: 'ours',
    run: { call: 'mle_env.profile:profile', argument: {} },
    inputs: [{ at: 'raw', bundle }],
  });
  if (value === undefined) throw new RangeError(`the raw files cannot be profiled [message=${message}]`);
  return Profile.parse(value);
}
