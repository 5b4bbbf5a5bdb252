import { OPERATIONS, Problem, type Operation, type OperationName } from '@mle-smith/contracts';
import type { z } from 'zod';
import { rest } from '@mle-smith/stage-runtime';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { serverError, unreachable } from './server-errors.ts';

type Of<K extends OperationName> = (typeof OPERATIONS)[K];
type AnswerOf<O extends Operation> = O['answer'] extends z.ZodType ? z.output<O['answer']> : never;

/** What an operation is asked with. */
export interface Asking {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** A gateway, asked by the names of its operations. What it answers is checked: it may be anybody. */
export interface Client {
  readonly server: string;
  /** Throws `CliError` where the server is not reached, turns the request down, or answers anything unexpected. */
  ask<K extends OperationName>(name: K, asking?: Asking): Promise<AnswerOf<Of<K>>>;
  /** The answer as it comes, for what is streamed. A body is made anew for each try. */
  open(name: OperationName, asking?: Omit<Asking, 'body'> & { readonly body?: () => RequestInit['body'] }): Promise<Response>;
}

/** Tries of a request that the server puts off. */
const TRIES = 8;
const LONGEST_WAIT_SECONDS = 30;
/** What proxies answer in place of a server that they do not reach. */
const PROXY_STATUS = new Set([502, 503, 504]);

/** Opens a gateway by its address. Throws `CliError` where that is none. */
export function openClient(server: string, key: string | undefined): Client {
  const base = baseOf(server);
  const open: Client['open'] = async (name, { params = {}, query = {}, body, headers = {}, signal } = {}) => {
    const { method, path } = OPERATIONS[name];
    const address = `${base}${path.replaceAll(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(params[part] ?? ''))}${queryOf(query)}`;
    for (let tried = 1; ; tried += 1) {
      const answer = await fetch(address, {
        method: method.toUpperCase(),
        // A key is shown to the server that was named, and to no other one.
        redirect: 'error',
        headers: { ...(key === undefined ? {} : { authorization: `Bearer ${key}` }), ...headers },
        ...(signal === undefined ? {} : { signal }),
        ...(body === undefined ? {} : { body: body(), duplex: 'half' }),
      } as RequestInit).catch((error: unknown) => {
        throw signal?.aborted === true ? error : unreachable(base, error);
      });
      if (answer.ok) return answer;
      const problem = Problem.safeParse(await jsonOf(answer, base, signal));
      // A proxy answers so while the gateway behind it is away.
      if (!problem.success && PROXY_STATUS.has(answer.status)) throw unreachable(base, new Error(`status ${answer.status}`));
      if (!problem.success) throw new CliError('no_gateway', `this is no gateway of MLE-Smith [server=${base}, status=${answer.status}]; check the address`);
      const wait = Number(answer.headers.get('retry-after'));
      if (!(wait > 0) || tried >= TRIES) throw serverError(base, problem.data);
      await rest(Math.min(wait, LONGEST_WAIT_SECONDS) * 1000, signal);
    }
  };
  return {
    server: base,
    open,
    async ask(name, { body, headers = {}, ...asking } = {}) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const answer = await open(name, {
        ...asking,
        headers: { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(text === undefined ? {} : { body: () => text }),
      });
      const shape = (OPERATIONS[name] as Operation).answer as z.ZodType;
      const parsed = shape.safeParse(await jsonOf(answer, base, asking.signal));
      if (!parsed.success)
        throw new CliError(
          'server_answer',
          `the server answers what this version does not understand [server=${base}, operation=${name}]; use the same version`,
          {
            cause: parsed.error,
          },
        );
      return parsed.data as AnswerOf<Of<typeof name>>;
    },
  };
}

/** The answer as JSON; undefined where it is none. Throws `CliError` where it breaks off. */
async function jsonOf(answer: Response, base: string, signal: AbortSignal | undefined): Promise<unknown> {
  const text = await answer.text().catch((error: unknown) => {
    throw signal?.aborted === true ? error : unreachable(base, error);
  });
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function baseOf(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '')
    throw new CliError('usage', `--server is the address of a gateway, as https://mle-smith.example [server=${server}]`, { exitCode: EXIT_CODES.usage.code });
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function queryOf(query: Readonly<Record<string, string | undefined>>): string {
  const said = new URLSearchParams(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)).toString();
  return said === '' ? '' : `?${said}`;
}
