import { join } from 'node:path';
import { readPrompt, runAgent, untrusted, type AgentOutcome, type CallPlace, type ModelSource, type Prompt } from '@mle-smith/agent';
import type { Finding, Proposal } from '@mle-smith/contracts';
import { canonicalJson } from '@mle-smith/package';
import { z } from 'zod';
import type { DesignConfig } from '../../config.ts';
import type { Draft } from './draft.ts';

/** The agent that makes a proposal runnable. */
export interface Designer {
  readonly models: ModelSource;
  readonly prompt: Prompt;
}

/** A Designer with the prompt of this folder. */
export async function openDesigner(models: ModelSource): Promise<Designer> {
  return { models, prompt: await readPrompt(join(import.meta.dirname, 'prompts', 'designer.md')) };
}

const Done = z.strictObject({
  changes: z.array(z.string()).describe('What differs from the building blocks and why, one sentence each; none where nothing does.'),
});
export type Done = z.infer<typeof Done>;

/** Lets the agent work on a draft until it runs. What it leaves is `draft.ran`. Throws `ModelError`. */
export async function draftDesign(
  { models, prompt }: Designer,
  draft: Draft,
  input: { proposal: Proposal; findings: readonly Finding[]; place: Omit<CallPlace, 'agent'>; config: DesignConfig },
  signal: AbortSignal,
): Promise<AgentOutcome<Done>> {
  const { proposal, findings, place, config } = input;
  const task = [
    untrusted('proposal', canonicalJson(proposal)),
    ...(findings.length === 0
      ? ['Make it runnable.']
      : [
          'Your last draft was checked, and this was found. Mend it; leave alone what was not objected to.',
          untrusted(
            'findings',
            canonicalJson(findings.map(({ rule, severity, message, evidence, repair }) => ({ rule, severity, message, evidence, repair }))),
          ),
        ]),
  ].join('\n\n');
  return runAgent(
    {
      model: models.at({ ...place, agent: 'designer' }),
      system: prompt.text,
      task,
      tools: draft.tools(),
      unfinished: () => Promise.resolve(draft.unfinished()),
      answer: { name: 'done', shape: Done },
      formats: models.capabilities.formats,
      bounds: config.designer,
      time: models.time,
    },
    signal,
  );
}
