import { join } from 'node:path';
import { readPrompt, runAgent, untrusted, type AgentOutcome, type CallPlace, type ModelSource, type Prompt } from '@mle-smith/agent';
import type { Finding } from '@mle-smith/contracts';
import { canonicalJson } from '@mle-smith/package';
import { z } from 'zod';
import type { RefactorConfig } from '../../config.ts';
import type { Rewrite } from './rewrite.ts';

/** The agent that brings a design into the unified format. */
export interface Refactorer {
  readonly models: ModelSource;
  readonly prompt: Prompt;
}

/** A Refactor with the prompt of this folder. */
export async function openRefactorer(models: ModelSource): Promise<Refactorer> {
  return { models, prompt: await readPrompt(join(import.meta.dirname, 'prompts', 'refactor.md')) };
}

const Done = z.strictObject({
  changes: z.array(z.string()).describe('What is written otherwise than in the design and why, one sentence each; none where nothing is.'),
});

/** Lets the agent rewrite until code finds no difference. What it leaves is `rewrite.same`. Throws `ModelError`. */
export async function rewriteDesign(
  { models, prompt }: Refactorer,
  rewrite: Rewrite,
  input: { findings: readonly Finding[]; place: Omit<CallPlace, 'agent'>; config: RefactorConfig },
  signal: AbortSignal,
): Promise<AgentOutcome<unknown>> {
  const { findings, place, config } = input;
  const told = findings.map(({ rule, severity, message, evidence }) => ({ rule, severity, message, evidence }));
  const task =
    findings.length === 0
      ? 'Bring the design into the unified format.'
      : `Your last draft was checked, and this was found. Mend it; leave alone what was not objected to.\n\n${untrusted('findings', canonicalJson(told))}`;
  return runAgent(
    {
      model: models.at({ ...place, agent: 'refactor' }),
      system: prompt.text,
      task,
      tools: rewrite.tools(),
      unfinished: () => Promise.resolve(rewrite.unfinished()),
      answer: { name: 'done', shape: Done },
      formats: models.capabilities.formats,
      bounds: config.refactorer,
      time: models.time,
    },
    signal,
  );
}
