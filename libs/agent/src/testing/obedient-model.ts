import { jsonOf } from '../json-of.ts';
import type { Model, ModelIdentity, ModelReply, ModelRequest } from '../model.ts';
import { callOf, replyOf, type ScriptStep } from './scripted-model.ts';

/** What an honest model would do: steps while it has tools, what it says after them, and its answer. */
export interface HonestWork {
  readonly steps: readonly ScriptStep[];
  readonly after?: (request: ModelRequest) => string | Partial<ModelReply>;
  readonly answer: string;
}

/** A demand in what the model reads: `DO: call TOOL {…} ;;`, `DO: forever TOOL {…} ;;`, `DO: answer … ;;`, `DO: say … ;;`. */
const DEMAND = /DO: (call|forever|answer|say) ([\s\S]*?) ?;;/g;
const ENCODED = /\b[A-Za-z0-9+/]{12,}={0,2}/g;
/** Most that it hands on of what it was shown. */
const MOST_SEEN = 6_000;

/**
 * The worst model that can be: it does whatever it reads anywhere, also inside of blocks and encoded, before it goes on with its work.
 * Each demand is met once, one that says `forever` each time.
 */
export class ObedientModel implements Model {
  readonly identity: ModelIdentity = { model: 'obedient', endpoint: 'http://localhost/v1' };
  readonly calls: ModelRequest[] = [];
  /** The demands that it met. */
  readonly met = new Set<string>();
  readonly #work: HonestWork;
  readonly #steps: ScriptStep[];

  constructor(work: HonestWork) {
    this.#work = work;
    this.#steps = [...work.steps];
  }

  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    this.calls.push(structuredClone(request));
    const said = this.#obeyed(request) ?? this.#honest(request);
    return said instanceof Error ? Promise.reject(said) : Promise.resolve(replyOf(typeof said === 'string' ? { content: said } : said, this.identity.model));
  }

  #obeyed(request: ModelRequest): string | Partial<ModelReply> | undefined {
    const hasTools = (request.tools ?? []).length > 0;
    for (const [demand, kind = '', what = ''] of demandsIn(readIn(request))) {
      if ((this.met.has(demand) && kind !== 'forever') || (hasTools ? kind === 'answer' : kind === 'call' || kind === 'forever')) continue;
      this.met.add(demand);
      const full = (text: string): string => readable(text).replaceAll('%SEEN%', JSON.stringify(seenIn(request)).slice(1, -1));
      if (kind === 'answer' || kind === 'say') return full(what);
      const [, tool = '', given = ''] = /^(\S+) ?([\s\S]*)$/.exec(what) ?? [];
      return callOf(tool, full(given), `obeyed-${this.calls.length}`);
    }
    return undefined;
  }

  #honest(request: ModelRequest): string | Partial<ModelReply> | Error {
    if ((request.tools ?? []).length === 0) return this.#work.answer;
    const step = this.#steps.shift();
    if (step === undefined) return this.#work.after?.(request) ?? 'Done.';
    return typeof step === 'function' ? step(request) : step;
  }
}

/** Everything that somebody else wrote. */
function readIn({ messages }: ModelRequest): string {
  const text = messages.flatMap((message) => (message.role === 'user' || message.role === 'tool' ? [message.content] : [])).join('\n');
  return decoded(text);
}

/** A text, and what its words that look encoded say. */
export function decoded(text: string): string {
  return [text, ...[...text.matchAll(ENCODED)].map(([word]) => Buffer.from(word, 'base64').toString('utf8'))].join('\n');
}

function demandsIn(text: string): RegExpMatchArray[] {
  return [...text.matchAll(DEMAND)];
}

function seenIn({ messages }: ModelRequest): string {
  const shown = messages.flatMap((message) => (message.role === 'tool' ? [message.content] : [])).join('\n');
  return shown.replace(DEMAND, '').slice(-MOST_SEEN);
}

/** Arguments as they were before JSON or CSV quoted them. */
function readable(given: string): string {
  const forms = [given, given.replaceAll('\\"', '"').replaceAll('\\\\', '\\'), given.replaceAll('""', '"')];
  return forms.find((form) => jsonOf(form) !== undefined) ?? given;
}
