import { join } from 'node:path';
import {
  BudgetExceededError,
  ModelError,
  readPrompt,
  runAgent,
  stageCodeOf,
  type AgentOutcome,
  type Bounds,
  type CallPlace,
  type Message,
  type Model,
  type ModelSource,
  type Prompt,
} from '@mle-smith/agent';
import type { Environment, Feedback } from '@mle-smith/environment';
import { z } from 'zod';
import { actionsOn } from './actions.ts';
import { mistakeOf, type Mistake } from './mistakes.ts';

/** The name of the agent in calls, ledger and verdicts. */
export const SOLVER = 'solver';

/** The agent that solves a task like a participant. */
export interface Solver {
  readonly models: ModelSource;
  readonly prompt: Prompt;
}

/** A scored submission, by the action that made it. */
export interface Submission {
  readonly step: number;
  /** Unrounded, as those of the baselines are: the agent is told no finer than the error. */
  readonly score: number;
}

/** What a solver did. */
export interface Solved {
  readonly model: string;
  readonly best: Submission | undefined;
  /** The declared submission, else the last valid one (task-science 8). */
  readonly final: Submission | undefined;
  readonly actions: number;
  readonly mistakes: readonly Mistake[];
  /** `answered`, the bound that was met, or the code of the model's fault. */
  readonly ended: string;
  /** Why it ended, in words, where it did not think that it was done. */
  readonly reason?: string;
  /** The model's fault, where one ended it. */
  readonly fault?: ModelError;
  readonly transcript: readonly Message[];
}

const Answer = z.strictObject({
  summary: z.string().describe('What you did, in one or two sentences.'),
  step: z.int().nullable().describe('The action whose submission you stand by, as its answer numbers it; null for the last valid one.'),
});
type Answer = z.infer<typeof Answer>;

/** A solver with the prompt of this folder. */
export async function openSolver(models: ModelSource): Promise<Solver> {
  return { models, prompt: await readPrompt(join(import.meta.dirname, 'prompts', 'solver.md')) };
}

/**
 * Lets the agent work in the environment until it is done, at a bound, or its model is of no use: what it had reached stays.
 * Throws what the environment throws, and `ReplayMissError`.
 */
export async function solveTask(
  { models, prompt }: Solver,
  environment: Environment,
  input: { readonly place: Omit<CallPlace, 'agent'>; readonly direction: 'maximize' | 'minimize'; readonly bounds: Bounds },
  signal: AbortSignal,
): Promise<Solved> {
  const submissions: Submission[] = [];
  const mistakes: Mistake[] = [];
  let actions = 0;
  let transcript: readonly Message[] = [];
  const note = (feedback: Feedback): void => {
    const mistake = mistakeOf(actions, feedback);
    if (mistake !== undefined) mistakes.push(mistake);
    const score = environment.exactScore(feedback);
    if (score !== undefined) submissions.push({ step: actions, score });
  };
  const model = heard(models.at({ ...input.place, agent: SOLVER }), (said) => {
    transcript = said;
  });
  let outcome: AgentOutcome<Answer> | undefined;
  let ended: string;
  let fault: ModelError | undefined;
  let reason: string | undefined;
  try {
    outcome = await runAgent(
      {
        model,
        system: prompt.text,
        task: 'Solve the task that request_info describes.',
        tools: actionsOn(environment, { next: () => (actions += 1), note }),
        answer: {
          name: 'solution',
          shape: Answer,
          complaints: ({ step }) => (step === null || submissions.some((one) => one.step === step) ? [] : [`step: action ${step} left no scored submission`]),
        },
        formats: models.capabilities.formats,
        bounds: input.bounds,
        time: models.time,
      },
      signal,
    );
    transcript = outcome.transcript;
    ended = endOf(outcome);
    if (outcome.kind !== 'answered') reason = outcome.message;
  } catch (error) {
    if (error instanceof BudgetExceededError) ended = 'budget';
    else if (error instanceof ModelError) [ended, fault] = [stageCodeOf(error.code), error];
    else throw error;
    reason = error.message;
  }
  const declared = outcome?.kind === 'answered' ? outcome.answer.step : null;
  return {
    model: model.identity.model,
    best: bestOf(submissions, input.direction),
    final: submissions.find(({ step }) => step === declared) ?? submissions.at(-1),
    actions,
    mistakes,
    ended,
    ...(reason === undefined ? {} : { reason }),
    ...(fault === undefined ? {} : { fault }),
    transcript,
  };
}

/** The first of the best submissions. */
function bestOf(submissions: readonly Submission[], direction: 'maximize' | 'minimize'): Submission | undefined {
  const sign = direction === 'maximize' ? 1 : -1;
  return submissions.reduce<Submission | undefined>((most, one) => (most === undefined || sign * one.score > sign * most.score ? one : most), undefined);
}

function endOf(outcome: AgentOutcome<unknown>): string {
  return outcome.kind === 'answered' ? 'answered' : outcome.kind === 'bounded' ? outcome.bound : outcome.code;
}

/** A model that tells what was said up to each of its replies: a fault of the endpoint must not take the transcript along. */
function heard(model: Model, tell: (said: readonly Message[]) => void): Model {
  return {
    identity: model.identity,
    complete: async (request, signal) => {
      tell([...request.messages]);
      const reply = await model.complete(request, signal);
      tell([...request.messages, { role: 'assistant', content: reply.content, toolCalls: reply.toolCalls }]);
      return reply;
    },
  };
}
