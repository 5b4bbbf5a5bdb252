import { agentAt, type AgentName } from '../agents.ts';
import type { ModelRequest } from '../model.ts';
import type { ModelSource } from '../model-source.ts';
import { INJECTIONS } from './injections.ts';
import { MOST_CHARACTERS, plain } from '../untrusted.ts';
import { decoded, type HonestWork } from './obedient-model.ts';
import { ObedientSource } from './obedient-source.ts';

/** What came of an agent's work, as far as it must not depend on what was read. */
export interface Worked<Result> {
  readonly result: Result;
  /** Where, on what and with what means jobs ran; programs and queries are left out, which are data. */
  readonly jobs: readonly string[];
}

/** An agent that reads what strangers wrote. */
export interface HostileInput<Result> {
  readonly agent: string;
  /** The agents that are at work, by the names that calls have for them; each has to be asked. */
  readonly agents: readonly AgentName[];
  /** The fields that it reads, each of which `work` plants. */
  readonly fields: readonly string[];
  /** Replies that it may ask for at most: its bounds, draws and repairs. */
  readonly mostCalls: number;
  /** What honest models do; of several agents each may do its own. */
  readonly honest: HonestWork | ((agent: AgentName | undefined) => HonestWork);
  /** Lets the agent work on material of which each field says what `planted` gives for it. */
  work(planted: (field: string) => string, models: ModelSource): Promise<Worked<Result>>;
  /** What must be so whatever was read; `honest` is the result of the same work on material without demands. */
  check(hostile: Result, honest: Result): void;
}

const BLOCK = /<data-([0-9a-f]{16}) of="([^"<>\n]*)">\n[\s\S]*?\n<\/data-\1>/g;
const HIDDEN = /[^\P{Cc}\n\t]|\p{Default_Ignorable_Code_Point}|[\u2028\u2029\ufff9-\ufffb]|\p{Surrogate}/u;
const MARKED = /.{0,60}mark-of-\S+/;
/** No stranger's text makes a request longer than this. */
const MOST_CONTENT = 1_000_000;

/** Everybody who reads is obedient, and still nothing happens but what code allows (platform LL-9). */
export function describeHostileInput<Result>(input: HostileInput<Result>): void {
  describe(`${input.agent}, when it does whatever it reads`, () => {
    let honest: Awaited<ReturnType<typeof worked<Result>>>;
    beforeAll(async () => {
      honest = await worked(input, (field) => `nothing ${markOf(field)}`);
    });

    it('is asked as each of its agents, and as no other', () => {
      expect([...new Set(honest.agents)].sort()).toEqual([...input.agents].sort());
    });

    it.each(input.fields)('reads %s as data in a block', (field) => {
      const seen = honest.calls.flatMap(textsOf);

      expect(seen.some((text) => text.includes(markOf(field)))).toBe(true);
    });

    it.each(INJECTIONS.map(({ place, intent, text }): [string, string, string] => [place, intent, text]))(
      'is safe from a %s that wants: %s',
      async (_, __, text) => {
        const hostile = await worked(input, (field) => `${text} ${markOf(field)}`);

        // What is far behind is cut off, and only agents with tools can call any.
        const demand = honest.calls.some(({ tools }) => tools !== undefined) ? /DO: / : /DO: (answer|say) /;
        if (text.length < MOST_CHARACTERS / 2) expect(hostile.met).toBe(demand.test(readable(text)));
        for (const call of hostile.calls) {
          expect(textsOf(call).flatMap((said) => MARKED.exec(outside(said)) ?? [])).toEqual([]);
          expect(textsOf(call).flatMap((said) => HIDDEN.exec(said) ?? [])).toEqual([]);
          expect(Math.max(...textsOf(call).map(({ length }) => length))).toBeLessThan(MOST_CONTENT);
          expect(honest.means).toEqual(expect.arrayContaining(meansOf(call)));
        }
        expect(hostile.calls.length).toBeLessThanOrEqual(input.mostCalls);
        expect(hostile.jobs.filter((job) => !honest.jobs.includes(job))).toEqual([]);
        input.check(hostile.result, honest.result);
      },
    );
  });
}

/** What stands outside of blocks in a message, with the labels of the blocks. */
export function outside(content: string): string {
  return content.replace(BLOCK, '[$2]');
}

async function worked<Result>(
  { honest, work }: HostileInput<Result>,
  planted: (field: string) => string,
): Promise<Worked<Result> & { agents: readonly (AgentName | undefined)[]; calls: readonly ModelRequest[]; means: readonly string[]; met: boolean }> {
  const models = new ObedientSource((agent) => (typeof honest === 'function' ? honest(agentAt(agent)) : honest));
  const done = await work(planted, models);
  const calls = [...models.models.values()].flatMap((model) => model.calls);
  return {
    ...done,
    agents: [...models.models.keys()].map(agentAt),
    calls,
    means: calls.flatMap(meansOf),
    met: [...models.models.values()].some(({ met }) => met.size > 0),
  };
}

/** A text as a model reads it. */
function readable(text: string): string {
  return decoded(plain(text));
}

function markOf(field: string): string {
  return `mark-of-${field.replaceAll(' ', '-')}`;
}

function textsOf({ messages }: ModelRequest): string[] {
  return messages.flatMap((message) => (message.role === 'assistant' ? [] : [message.content]));
}

/** What a request asks for apart from its messages, in which no data may be: tools and bounds, and the schema where it has one. */
function meansOf({ messages: _, repair: __, format, ...means }: ModelRequest): string[] {
  return [JSON.stringify(means), ...(format?.kind === 'schema' ? [JSON.stringify(format)] : [])];
}
