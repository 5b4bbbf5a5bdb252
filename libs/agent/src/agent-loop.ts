import { canonicalJson, digestOf } from '@mle-smith/package';
import { BudgetExceededError } from './budget.ts';
import { jsonOf } from './json-of.ts';
import { ModelError, type ModelErrorCode } from './model-error.ts';
import type { Message, Model, ToolCall } from './model.ts';
import { AnswerError, askFor, type AnswerShape, type Format } from './structured.ts';
import { MOST_ARGUMENTS, type AnyTool } from './tool.ts';
import { untrusted } from './untrusted.ts';
import type { Waiting } from './waiting.ts';

/** Where a loop ends whether the agent is done or not (platform LL-4). */
export interface Bounds {
  /** Replies of the model before the answer. */
  readonly turns: number;
  readonly toolCalls: number;
  /** Tokens in and out, of all calls. */
  readonly tokens: number;
  readonly wallMs: number;
  /** How often one and the same tool call may be made. */
  readonly repeats: number;
  /** Most tokens of one reply. */
  readonly replyTokens: number;
}

export interface AgentTask<Answer> {
  readonly model: Model;
  /** Who the agent is and what the rules are. */
  readonly system: string;
  /** What is asked, with the material. */
  readonly task: string;
  readonly tools: readonly AnyTool[];
  /** What is still to be done when the model thinks that it is; it goes on with tools then. */
  readonly unfinished?: () => Promise<string | undefined>;
  readonly answer: AnswerShape<Answer>;
  readonly formats: readonly Format[];
  readonly bounds: Bounds;
  readonly time: Waiting;
}

export type Bound = 'turns' | 'toolCalls' | 'tokens' | 'wallMs' | 'repeats' | 'budget';

/** How a loop ended, with all that was said. */
export type AgentOutcome<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly transcript: readonly Message[] }
  /** It was still at work at a bound. */
  | { readonly kind: 'bounded'; readonly bound: Bound; readonly message: string; readonly transcript: readonly Message[] }
  /** The model did not give anything that can be used. */
  | {
      readonly kind: 'unusable';
      readonly code: 'answer_unusable' | ModelErrorCode;
      readonly message: string;
      readonly transcript: readonly Message[];
    };

/** Replies in a row without a tool call, while there is something left to do: who only says that it is done is not paid for on. */
const MOST_IDLE_TURNS = 3;

/** Longest result of a tool, in characters: a program with its readers. */
const MOST_RESULT = 60_000;

/**
 * Lets a model use tools until it is done or a bound is met, then asks for its answer without tools (few servers can do both at once).
 * Throws `ModelError` where the endpoint is at fault, and what a tool throws.
 */
export async function runAgent<Answer>(given: AgentTask<Answer>, signal: AbortSignal): Promise<AgentOutcome<Answer>> {
  const { system, task, answer, formats, bounds, time } = given;
  const transcript: Message[] = [
    { role: 'system', content: system },
    { role: 'user', content: task },
  ];
  const meter = new Meter(bounds, time);
  const model = meter.on(given.model);
  try {
    await useTools(given, model, meter, transcript, signal);
    const found = await askFor(model, transcript, answer, { formats, maxTokens: bounds.replyTokens }, signal);
    return { kind: 'answered', answer: found, transcript };
  } catch (error) {
    if (error instanceof BoundReachedError) return { kind: 'bounded', bound: error.bound, message: error.message, transcript };
    if (error instanceof BudgetExceededError) return { kind: 'bounded', bound: 'budget', message: error.message, transcript };
    if (error instanceof AnswerError) return { kind: 'unusable', code: error.code, message: error.message, transcript };
    // What only another talk mends says something about the model's behaviour here, and not about the endpoint.
    if (error instanceof ModelError && error.mendedBy === 'talk') return { kind: 'unusable', code: error.code, message: error.message, transcript };
    throw error;
  }
}

async function useTools<Answer>(
  { tools, unfinished, bounds }: AgentTask<Answer>,
  model: Model,
  meter: Meter,
  transcript: Message[],
  signal: AbortSignal,
): Promise<void> {
  if (tools.length === 0) return;
  const specs = tools.map(({ name, description, parameters }) => ({ name, description, parameters }));
  for (;;) {
    const reply = await model.complete({ messages: transcript, tools: specs, maxTokens: bounds.replyTokens }, signal);
    transcript.push({ role: 'assistant', content: reply.content, toolCalls: reply.toolCalls });
    const left = reply.toolCalls.length === 0 ? await unfinished?.() : undefined;
    if (reply.toolCalls.length === 0 && left === undefined) return;
    meter.turn(reply.toolCalls.length > 0);
    if (left !== undefined) transcript.push({ role: 'user', content: left });
    for (const call of reply.toolCalls) {
      meter.toolCall(call);
      const found = tools.find((candidate) => candidate.name === call.name);
      const result =
        found === undefined ? `There is no tool of this name. There are: ${tools.map(({ name }) => name).join(', ')}.` : await found.call(call, signal);
      transcript.push({ role: 'tool', callId: call.id, content: untrusted(found?.name ?? 'tool', result, MOST_RESULT) });
    }
  }
}

class BoundReachedError extends Error {
  override readonly name = 'BoundReachedError';
  readonly bound: Bound;
  constructor(bound: Bound, message: string) {
    super(message);
    this.bound = bound;
  }
}

/** Counts what a loop uses up. Throws `BoundReachedError`. */
class Meter {
  readonly #bounds: Bounds;
  readonly #time: Waiting;
  readonly #started: number;
  readonly #same = new Map<string, number>();
  #turns = 0;
  #idleTurns = 0;
  #toolCalls = 0;
  #tokens = 0;

  constructor(bounds: Bounds, time: Waiting) {
    this.#bounds = bounds;
    this.#time = time;
    this.#started = time.elapsed();
  }

  /** The model, with its tokens and time counted. */
  on(model: Model): Model {
    return {
      identity: model.identity,
      complete: async (request, signal) => {
        const { tokens, wallMs } = this.#bounds;
        if (this.#tokens >= tokens) throw new BoundReachedError('tokens', `the agent used ${this.#tokens} of ${tokens} tokens`);
        if (this.#time.elapsed() - this.#started >= wallMs) throw new BoundReachedError('wallMs', `the agent took longer than ${wallMs} ms`);
        const reply = await model.complete(request, signal);
        this.#tokens += reply.usage.input + reply.usage.output;
        return reply;
      },
    };
  }

  turn(worked: boolean): void {
    this.#turns += 1;
    this.#idleTurns = worked ? 0 : this.#idleTurns + 1;
    if (this.#idleTurns >= MOST_IDLE_TURNS)
      throw new BoundReachedError('turns', `the agent called no tool in ${this.#idleTurns} replies in a row and was not done`);
    if (this.#turns >= this.#bounds.turns) throw new BoundReachedError('turns', `the agent was not done after ${this.#turns} turns`);
  }

  toolCall(call: ToolCall): void {
    this.#toolCalls += 1;
    if (this.#toolCalls > this.#bounds.toolCalls) throw new BoundReachedError('toolCalls', `the agent made more than ${this.#bounds.toolCalls} tool calls`);
    const what = digestOf(`${call.name} ${sameInOtherWords(call.arguments)}`);
    const count = (this.#same.get(what) ?? 0) + 1;
    this.#same.set(what, count);
    if (count > this.#bounds.repeats)
      throw new BoundReachedError('repeats', `the agent called ${call.name.slice(0, 80)} ${count} times with the same arguments`);
  }
}

/** Arguments without what differs between two ways of writing them; as they are where they are no JSON or too long to be taken. */
function sameInOtherWords(text: string): string {
  const given = text.length > MOST_ARGUMENTS ? undefined : jsonOf(text);
  return given === undefined ? text : canonicalJson(given.value);
}
