import { ModelError, type ToolCall } from '@mle-smith/agent';
import type { ToolCallPart } from './envelope.ts';

/** Most tool calls of one reply: more than an agent may make in all its turns. Each part is looked up among the calls, so that many would cost the square. */
const MOST_CALLS = 256;

interface OpenCall {
  index: number | undefined;
  id: string;
  name: string;
  arguments: string;
}

/** Puts tool calls together from parts. Some servers give every call the index 0, none at all, or no id. */
export class ToolCallAssembly {
  readonly #calls: OpenCall[] = [];

  /** Throws `ModelError` where there are too many. */
  add(part: ToolCallPart): void {
    const index = part.index ?? undefined;
    const [id, name] = [part.id ?? '', part.function?.name ?? ''];
    const open = this.#openCall(index);
    const call = open === undefined || startsAnother(open, { index, id, name }) ? this.#start(index) : open;
    if (id !== '') call.id = id;
    if (name !== '') call.name = name;
    call.arguments += argumentText(part);
  }

  /** Whether every call has a name. */
  get named(): boolean {
    return this.#calls.every(({ name }) => name !== '');
  }

  /** The calls, each with an id of its own; `turn` makes ids that a server left out differ from turn to turn. */
  calls(turn: number): ToolCall[] {
    const seen = new Set<string>();
    return this.#calls.map(({ id, name, arguments: text }, place) => {
      const own = id === '' || seen.has(id) ? `call_${turn}_${place}` : id;
      seen.add(own);
      return { id: own, name, arguments: text };
    });
  }

  #openCall(index: number | undefined): OpenCall | undefined {
    return index === undefined ? this.#calls.at(-1) : this.#calls.findLast((call) => call.index === index);
  }

  #start(index: number | undefined): OpenCall {
    if (this.#calls.length === MOST_CALLS) throw new ModelError('garbage', `the reply calls more than ${MOST_CALLS} tools`);
    const call = { index, id: '', name: '', arguments: '' };
    this.#calls.push(call);
    return call;
  }
}

/** Arguments as the text that most servers send. Throws `ModelError` where they are an object too deep to be one. */
export function argumentText({ function: called }: ToolCallPart): string {
  const given = called?.arguments ?? '';
  if (typeof given === 'string') return given;
  try {
    return JSON.stringify(given);
  } catch {
    throw new ModelError('garbage', 'the arguments of a tool call lie too deep in each other');
  }
}

function startsAnother(open: OpenCall, { index, id, name }: { index: number | undefined; id: string; name: string }): boolean {
  if (id !== '' && open.id !== '') return id !== open.id;
  if (name === '' || open.name === '') return false;
  return index === undefined || isJson(open.arguments);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
