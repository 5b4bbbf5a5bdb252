import { join } from 'node:path';
import { readPrompt, workOnDraft, type AgentOutcome, type CallPlace, type DraftAgent, type ModelSource } from '@mle-smith/agent';
import type { Finding, Proposal } from '@mle-smith/contracts';
import type { DesignConfig } from '../../config.ts';
import type { Draft } from './draft.ts';
import { toldProposal } from './told-proposal.ts';

/** The agent that makes a proposal runnable. */
export type Designer = DraftAgent;

/** A Designer with the prompt of this folder. */
export async function openDesigner(models: ModelSource): Promise<Designer> {
  return { models, prompt: await readPrompt(join(import.meta.dirname, 'prompts', 'designer.md')) };
}

/** Lets the agent work on a draft until it runs. What it leaves is `draft.ran`. Throws `ModelError`. */
export async function draftDesign(
  designer: Designer,
  draft: Draft,
  { proposal, findings, place, config }: { proposal: Proposal; findings: readonly Finding[]; place: Omit<CallPlace, 'agent'>; config: DesignConfig },
  signal: AbortSignal,
): Promise<AgentOutcome<unknown>> {
  return workOnDraft(
    designer,
    {
      place: { ...place, agent: 'designer' },
      given: toldProposal(proposal),
      begin: 'Make it runnable.',
      findings,
      draft,
      changes: 'What differs from the building blocks and why, one sentence each; none where nothing does.',
      bounds: config.designer,
    },
    signal,
  );
}
