import { Profile, Proposal, type Dataset } from '@mle-smith/contracts';
import { DirectJobRunner } from '@mle-smith/environment/testing';
import { getJson, putFiles, putJson } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import type { StageOutcome } from '@mle-smith/stage-runtime';
import { BrainstormConfig } from '../../config.ts';
import { createBrainstormStage } from '../brainstorm.ts';

export interface Brainstormed {
  readonly outcome: StageOutcome;
  readonly proposals: readonly Proposal[];
  readonly turnedDown: readonly { target: string; code: string; reason: string }[];
}

/** Profiles raw files and brainstorms on them, in plain Python processes. */
export async function tryBrainstorm(raw: Readonly<Record<string, string>>, source: Partial<Dataset['source']> = {}): Promise<Brainstormed> {
  const artifacts = new InMemoryArtifactStore();
  const jobs = new DirectJobRunner({ artifacts });
  const bundle = await artifacts.putBundle(await putFiles(artifacts, raw));
  const profiled = await jobs.run({
    name: 'profile',
    zone: 'measure',
    trust: 'ours',
    run: { call: 'mle_env.profile:profile', argument: {} },
    inputs: [{ at: 'raw', bundle }],
  });
  const dataset: Dataset = {
    id: 'made',
    digest: bundle,
    source: { id: 'made', title: 'Made for a test', ...source },
    raw: bundle,
    files: [],
    redistributable: false,
  };
  const documents = { dataset: await putJson(artifacts, dataset), raw: bundle, profile: await putJson(artifacts, Profile.parse(profiled.value)) };
  const outcome = await createBrainstormStage({ jobs, config: BrainstormConfig.parse({}) })(
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
