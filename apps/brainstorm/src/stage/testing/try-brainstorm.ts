import { Profile, Proposal, type Dataset } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import { DirectJobRunner } from '@mle-smith/environment/testing';
import { getJson, putFiles, putJson } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import type { StageOutcome } from '@mle-smith/stage-runtime';
import { BrainstormConfig } from '../../config.ts';
import { createBrainstormStage } from '../brainstorm.ts';
import type { Brainstormer } from '../llm/brainstormer.ts';

export interface Brainstormed {
  readonly outcome: StageOutcome;
  readonly proposals: readonly Proposal[];
  readonly turnedDown: readonly { target: string; code: string; reason: string }[];
}

/** Profiles by the digest of the raw files: many tests ask about the same. */
const profiles = new Map<string, Promise<Profile>>();

function profileOf(jobs: DirectJobRunner, bundle: string): Promise<Profile> {
  const found = jobs
    .run({ name: 'profile', zone: 'measure', trust: 'ours', run: { call: 'mle_env.profile:profile', argument: {} }, inputs: [{ at: 'raw', bundle }] })
    .then(({ value }) => Profile.parse(value));
  profiles.set(bundle, found);
  return found;
}

/** Profiles raw files and brainstorms on them, in plain Python processes or in those of `jobs`. */
export async function tryBrainstorm(
  raw: Readonly<Record<string, string>>,
  source: Partial<Dataset['source']> = {},
  brainstormer?: Brainstormer,
  jobs?: JobRunner,
): Promise<Brainstormed> {
  const artifacts = new InMemoryArtifactStore();
  const direct = new DirectJobRunner({ artifacts });
  const bundle = await artifacts.putBundle(await putFiles(artifacts, raw));
  const profile = await (profiles.get(bundle) ?? profileOf(direct, bundle));
  const dataset: Dataset = {
    id: 'made',
    digest: bundle,
    source: { id: 'made', title: 'Made for a test', ...source },
    raw: bundle,
    files: [],
    redistributable: false,
  };
  const documents = { dataset: await putJson(artifacts, dataset), raw: bundle, profile: await putJson(artifacts, profile) };
  const outcome = await createBrainstormStage({ jobs: jobs ?? direct, config: BrainstormConfig.parse({}), brainstormer })(
    { stage: 'brainstorm', kind: 'dataset', id: 'made', datasetId: 'made', generation: 1, attempt: 1, documents, findings: [] },
    { artifacts, signal: new AbortController().signal },
  );
  const left = 'documents' in outcome ? outcome.documents?.['brainstorm'] : undefined;
  const { proposals, turnedDown } = (left === undefined ? { proposals: [], turnedDown: [] } : await getJson(artifacts, left)) as {
    proposals: unknown[];
    turnedDown: Brainstormed['turnedDown'];
  };
  return { outcome, proposals: proposals.map((proposal) => Proposal.parse(proposal)), turnedDown };
}
