import { ModelError } from '../model-error.ts';
import type { Model, ModelIdentity, ModelReply, ModelRequest } from '../model.ts';

/** What a script answers: a text, a part of a reply, an error to throw, or a function of the request that gives one of these. */
export type ScriptStep = string | Partial<ModelReply> | Error | ((request: ModelRequest) => string | Partial<ModelReply> | Error);

/** A model whose every reply is written down. A call that is not expected fails, and `done` fails while steps are left. */
export class ScriptedModel implements Model {
  readonly identity: ModelIdentity;
  readonly calls: ModelRequest[] = [];
  readonly #steps: ScriptStep[];

  constructor(steps: readonly ScriptStep[], identity: ModelIdentity = { model: 'scripted', endpoint: 'http://localhost/v1' }) {
    this.#steps = [...steps];
    this.identity = identity;
  }

  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    this.calls.push(structuredClone(request));
    const step = this.#steps.shift();
    if (step === undefined) return Promise.reject(new Error(`call ${this.calls.length} was not expected: ${lastOf(request)}`));
    const said = typeof step === 'function' ? step(request) : step;
    if (said instanceof Error) return Promise.reject(said);
    return Promise.resolve(replyOf(typeof said === 'string' ? { content: said } : said, this.identity.model));
  }

  /** Throws while steps are left. */
  done(): void {
    if (this.#steps.length > 0) throw new Error(`${this.#steps.length} steps of the script were not asked for`);
  }
}

/** A whole reply from its parts. */
export function replyOf(part: Partial<ModelReply>, model = 'scripted'): ModelReply {
  return { content: '', toolCalls: [], usage: { input: 100, output: 20, reported: true }, model, ...part };
}

/** A reply that asks for one tool. */
export function callOf(name: string, given: unknown, id = `call-${name}`): Partial<ModelReply> {
  return { toolCalls: [{ id, name, arguments: typeof given === 'string' ? given : JSON.stringify(given) }] };
}

/** An error as an adapter throws it. */
export function failing(code: ModelError['code'], more: ConstructorParameters<typeof ModelError>[2] = {}): ModelError {
  return new ModelError(code, `the endpoint: ${code}`, more);
}

function lastOf({ messages }: ModelRequest): string {
  const last = messages.at(-1);
  return JSON.stringify(last).slice(0, 300);
}
