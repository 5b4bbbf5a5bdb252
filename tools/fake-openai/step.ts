import type { ChatRequest } from './chat.ts';
import type { FaultName } from './fault-table.ts';

/** A tool call of a reply; arguments that are no text are sent as their JSON. */
export interface StepToolCall {
  readonly id?: string;
  readonly name: string;
  readonly arguments: unknown;
}

/** A reply. */
export interface ReplyStep {
  /** Sent as it is. */
  readonly content?: string;
  /** A structured answer: sent as JSON where the profile honours the form that was asked for, in a sentence otherwise. */
  readonly json?: unknown;
  readonly toolCalls?: readonly StepToolCall[];
  readonly refusal?: string;
  /** By default `tool_calls` with tool calls and `stop` without, as the profile has it. */
  readonly finish?: string;
  /** The model that is said to answer; by default the one that was asked for. */
  readonly model?: string;
  /** What is counted; by default four bytes a token. `none`: not told. */
  readonly usage?: { readonly input: number; readonly output: number } | 'none';
  /** Added to the latency of the server. */
  readonly latencyMs?: number;
}

/** Something that goes wrong, by its name in the table of faults. */
export interface FaultStep {
  readonly fault: FaultName;
  /** Between pieces, where the fault drips. */
  readonly dripMs?: number;
  /** Size of what is sent, where the fault is about size. */
  readonly bytes?: number;
  readonly latencyMs?: number;
}

export type Step = ReplyStep | FaultStep;

/** What is answered to the `number`th call (from 1): by a function of the request, or step by step. */
export type Script = ((request: ChatRequest, number: number) => Step | Promise<Step>) | readonly Step[];
