import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startFakeOpenAi, type FakeCall } from '../fake-openai/fake-openai.ts';
import type { ChatRequest } from '../fake-openai/chat.ts';
import type { Script } from '../fake-openai/step.ts';

/** A program whose agents ask a model, and the calls at which it is killed. */
export interface KilledAtCalls {
  readonly script: Script;
  /** Starts the program, as a process group of its own, on the endpoint with this base URL. */
  readonly start: (url: string) => ChildProcess;
  /** Whether it is killed when the nth new call (from 1) has come in and is not answered. */
  readonly chosen: (nth: number) => boolean;
  readonly onKill?: (kill: number, nth: number) => void;
}

/** What the endpoint saw of it. */
export interface SeenCalls {
  readonly kills: number;
  /** Calls that differ from each other. */
  readonly different: number;
  /** Calls of all starts. */
  readonly all: number;
  /** How often the call was seen that was seen most often. */
  readonly mostOfOne: number;
  /** Calls that a kill left without an answer. */
  readonly unanswered: number;
  /** Tokens of what was answered. */
  readonly tokens: { readonly input: number; readonly output: number };
  /** What was wrong with the script. */
  readonly problems: readonly string[];
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Starts a program again and again and kills it, without a chance to clean up, at each chosen call that it has not made before; then lets it end. */
export async function killAtCalls({ script, start, chosen, onKill = () => undefined }: KilledAtCalls): Promise<SeenCalls> {
  const answer = typeof script === 'function' ? script : undefined;
  if (answer === undefined) throw new RangeError('calls come again after a kill: the script has to be a function of the request');
  const seen = new Map<string, number>();
  let kills = 0;
  let alive: { readonly program: ChildProcess; readonly closed: Promise<unknown[]>; killed: boolean } | undefined;
  const server = await startFakeOpenAi({
    script: async (request: ChatRequest, number) => {
      const call = JSON.stringify(request.body);
      const times = (seen.get(call) ?? 0) + 1;
      seen.set(call, times);
      if (times === 1 && alive?.killed === false && chosen(seen.size)) {
        alive.killed = true;
        kills += 1;
        onKill(kills, seen.size);
        process.kill(-(alive.program.pid ?? 0), 'SIGKILL');
      }
      // An answer on its way to a dying program might reach it.
      if (alive?.killed === true) await alive.closed;
      return answer(request, number);
    },
  });
  try {
    for (;;) {
      const program = start(server.url);
      let stderr = '';
      program.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-20_000)));
      alive = { program, closed: once(program, 'close'), killed: false };
      const [exitCode] = (await alive.closed) as [number | null];
      if (alive.killed) continue;
      return {
        kills,
        different: seen.size,
        all: server.calls.length,
        mostOfOne: Math.max(...seen.values()),
        unanswered: server.calls.filter(({ done }) => !done).length,
        tokens: tokensOf(server.calls),
        problems: server.problems,
        exitCode,
        stderr,
      };
    }
  } finally {
    await server.close();
  }
}

function tokensOf(calls: readonly FakeCall[]): SeenCalls['tokens'] {
  return calls.reduce(
    (sum, { done, counted }) => (done && counted !== undefined ? { input: sum.input + counted.input, output: sum.output + counted.output } : sum),
    { input: 0, output: 0 },
  );
}

/** What contradicts that each call was paid for once, and once more at most where a kill fell into it. */
export function overpaid({ kills, different, all, mostOfOne, unanswered, problems }: SeenCalls): string[] {
  return [
    ...(all - different > unanswered ? [`${all - different} calls came again, and only ${unanswered} had no answer`] : []),
    ...(mostOfOne > 2 ? [`one call came ${mostOfOne} times`] : []),
    ...(all - different > 0 && kills === 0 ? ['calls came again although nothing was killed'] : []),
    ...problems,
  ];
}
