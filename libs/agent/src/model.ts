/** What a call is priced, limited and recorded by. */
export interface ModelIdentity {
  /** The name by which the endpoint knows the model. */
  readonly model: string;
  /** The base URL, without credentials. */
  readonly endpoint: string;
}

/** A tool call that a model asks for; `arguments` is the text that it wrote, JSON or not. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** One message of a conversation. */
export type Message =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string; readonly toolCalls: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly callId: string; readonly content: string };

/** A tool as the model sees it; `parameters` is a JSON schema. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The form that the endpoint is asked to keep a reply in. */
export type ReplyFormat = { readonly kind: 'schema'; readonly name: string; readonly schema: Readonly<Record<string, unknown>> } | { readonly kind: 'json' };

/** One call. Tools and a format are never asked for together: few servers can do both. */
export interface ModelRequest {
  readonly messages: readonly Message[];
  readonly tools?: readonly ToolSpec[];
  readonly format?: ReplyFormat;
  /** Most tokens of the reply. */
  readonly maxTokens: number;
  /** Whether it asks again for an answer that did not have its form; told to whoever watches, not to the endpoint. */
  readonly repair?: boolean;
}

/** Tokens of one call. `reported` is false where the endpoint did not tell and they were estimated. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  readonly reported: boolean;
}

/** A whole reply: the model stopped by itself or asks for tools. Everything else is a `ModelError`. */
export interface ModelReply {
  readonly content: string;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: Usage;
  /** The name that the endpoint gave for what answered. */
  readonly model: string;
  /** The endpoint's name for the call, for its operator. */
  readonly requestId?: string;
}

/** A chat model behind an OpenAI-compatible endpoint, or what stands in for one. */
export interface Model {
  readonly identity: ModelIdentity;
  /** Asks once. Throws `ModelError`, or the signal's reason when it is aborted. */
  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply>;
}
