import { join } from 'node:path';
import { readPrompt, runAgent, type AgentOutcome, type CallPlace, type ModelSource, type Prompt } from '@mle-smith/agent';
import type { Dataset, Profile } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import type { BrainstormConfig } from '../../config.ts';
import { complaintsOf, Ideas } from './ideas.ts';
import { lookingTools } from './tools.ts';

/** The agent that looks at a dataset and proposes formulations. */
export interface Brainstormer {
  readonly models: ModelSource;
  readonly prompt: Prompt;
}

/** A Brainstormer with the prompt of this folder. */
export async function openBrainstormer(models: ModelSource): Promise<Brainstormer> {
  return { models, prompt: await readPrompt(join(import.meta.dirname, 'prompts', 'brainstormer.md')) };
}

/** Lets the agent look at the dataset and propose. Throws `ModelError`. */
export async function propose(
  { models, prompt }: Brainstormer,
  jobs: JobRunner,
  input: { dataset: Dataset; profile: Profile; place: Omit<CallPlace, 'agent'>; config: BrainstormConfig },
  signal: AbortSignal,
): Promise<AgentOutcome<Ideas>> {
  const { dataset, profile, place, config } = input;
  return runAgent(
    {
      model: models.at({ ...place, agent: 'brainstormer' }),
      system: prompt.text,
      task: `Propose at most ${config.maxTasks} formulations of the dataset that the tools show.`,
      tools: lookingTools(jobs, { dataset, profile, name: dataset.id }),
      answer: { name: 'formulations', shape: Ideas, complaints: (ideas) => complaintsOf(ideas, profile, config.maxTasks) },
      formats: models.capabilities.formats,
      bounds: config.brainstormer,
      time: models.time,
    },
    signal,
  );
}
