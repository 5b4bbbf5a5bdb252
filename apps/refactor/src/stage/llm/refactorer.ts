import { join } from 'node:path';
import { readPrompt, workOnDraft, type AgentOutcome, type CallPlace, type DraftAgent, type ModelSource } from '@mle-smith/agent';
import type { Finding } from '@mle-smith/contracts';
import type { RefactorConfig } from '../../config.ts';
import type { Rewrite } from './rewrite.ts';

/** The agent that brings a design into the unified format. */
export type Refactorer = DraftAgent;

/** A Refactor with the prompt of this folder. */
export async function openRefactorer(models: ModelSource): Promise<Refactorer> {
  return { models, prompt: await readPrompt(join(import.meta.dirname, 'prompts', 'refactor.md')) };
}

/** Lets the agent rewrite until code finds no difference. What it leaves is `rewrite.same`. Throws `ModelError`. */
export async function rewriteDesign(
  refactorer: Refactorer,
  rewrite: Rewrite,
  { findings, place, config }: { findings: readonly Finding[]; place: Omit<CallPlace, 'agent'>; config: RefactorConfig },
  signal: AbortSignal,
): Promise<AgentOutcome<unknown>> {
  return workOnDraft(
    refactorer,
    {
      place: { ...place, agent: 'refactor' },
      given: [],
      begin: 'Bring the design into the unified format.',
      findings,
      draft: rewrite,
      changes: 'What is written otherwise than in the design and why, one sentence each; none where nothing is.',
      bounds: config.refactorer,
    },
    signal,
  );
}
