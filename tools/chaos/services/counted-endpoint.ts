import type { ChatRequest } from '../../fake-openai/chat.ts';
import { startFakeOpenAi, type FakeOpenAi } from '../../fake-openai/fake-openai.ts';
import type { FaultStep, Script } from '../../fake-openai/step.ts';
import { askingOf } from '../../fake-openai/testing/agent-of.ts';

/** In place of a station: what is asked when a process starts, whether the model can do what agents need. */
export const AT_START = 'start';

/** What an endpoint saw. */
export interface CallsSeen {
  /** Calls of stations that differ from each other; whether a model can do what agents need is asked whenever that is in doubt. */
  readonly different: number;
  /** Calls whose caller was gone before the answer, or that were answered by a fault. */
  readonly unanswered: number;
  /** Stations whose calls came again, one for each time; `AT_START` for what is asked when a process starts. */
  readonly again: readonly string[];
  /** What was wrong with the script. */
  readonly problems: readonly string[];
}

/** A scripted model that counts its calls and may be told to act before it answers a new one. */
export class CountedEndpoint {
  /** Called with the station that asks, and how many different calls there were, before a call is answered for the first time. */
  onNewCall: (station: string, nth: number) => Promise<void> = async () => undefined;
  /** What is answered in place of the script, to a call of a station (or `AT_START`) that comes for the `times`th time; undefined for the script. */
  disturb: (station: string, times: number, nth: number) => FaultStep | undefined = () => undefined;
  readonly #times = new Map<string, number>();
  /** Calls of stations. */
  readonly #different = new Set<string>();
  readonly #again: string[] = [];
  #server: FakeOpenAi | undefined;

  static async start(script: Script): Promise<CountedEndpoint> {
    const answer = typeof script === 'function' ? script : undefined;
    if (answer === undefined) throw new RangeError('calls may come again: the script has to be a function of the request');
    const endpoint = new CountedEndpoint();
    endpoint.#server = await startFakeOpenAi({
      script: async (request, number) => {
        return (await endpoint.#count(request)) ?? answer(request, number);
      },
    });
    return endpoint;
  }

  get url(): string {
    return this.#running.url;
  }

  get seen(): CallsSeen {
    const { calls, problems } = this.#running;
    return {
      different: this.#different.size,
      unanswered: calls.filter(({ done, answer }) => !done || answer !== 'reply').length,
      again: this.#again,
      problems,
    };
  }

  async close(): Promise<void> {
    await this.#running.close();
  }

  get #running(): FakeOpenAi {
    if (this.#server === undefined) throw new RangeError('the endpoint is not started');
    return this.#server;
  }

  async #count(request: ChatRequest): Promise<FaultStep | undefined> {
    const call = JSON.stringify(request.body);
    const times = (this.#times.get(call) ?? 0) + 1;
    this.#times.set(call, times);
    const station = askingOf(request)?.station;
    if (station !== undefined) this.#different.add(call);
    if (times > 1) this.#again.push(station ?? AT_START);
    if (times === 1 && station !== undefined) await this.onNewCall(station, this.#times.size);
    return this.disturb(station ?? AT_START, times, this.#times.size);
  }
}
