import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { asNetworkError, NetworkError } from './network-error.ts';

/** How an endpoint is reached. */
export interface HttpOptions {
  /** Every header of a request. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** Most milliseconds until the connection stands. */
  readonly connectMs: number;
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly proxy?: Readonly<Record<string, string>>;
}

/** Most bytes of the body of an error. */
const ERROR_BYTES = 64 * 1024;
const BODILESS = [204, 205, 304];

/**
 * A `fetch` for the SDK over node:http. The built-in one gives up on headers after 300 seconds, has no limit for the
 * connection, and follows redirects with the key. Headers come from the options alone: what the SDK tells about the
 * machine or reads from the environment is not sent.
 */
export function httpFetch({ headers, connectMs, proxy }: HttpOptions): typeof fetch {
  const agentOptions = { keepAlive: true, ...(proxy === undefined ? {} : { proxyEnv: proxy }) };
  const http = new HttpAgent(agentOptions);
  const https = new HttpsAgent(agentOptions);

  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const secure = url.protocol === 'https:';
      const options = {
        method: init.method ?? 'GET',
        agent: secure ? https : http,
        headers: { ...headers(), ...(init.body == null ? {} : { 'content-type': 'application/json' }) },
      };
      const request = secure ? httpsRequest(url, options) : httpRequest(url, options);
      if (init.signal) endWith(request, init.signal);
      limitConnecting(request, secure ? 'secureConnect' : 'connect', connectMs);
      request.on('error', (error) => reject(asNetworkError(error)));
      // A server that changes the protocol ends a request without an error and without a response.
      request.once('close', () => reject(new NetworkError('CLOSED')));
      request.on('response', (message) => {
        try {
          resolve(responseOf(message));
        } catch (error) {
          message.destroy();
          reject(asNetworkError(error));
        }
      });
      request.end(init.body as string | undefined);
    });
}

/**
 * Ends a request when the signal is aborted. Node's own `signal` option destroys with an error, which nobody hears and
 * which ends the process where the reply is complete and its socket on the way back to the agent.
 */
function endWith(request: ClientRequest, signal: AbortSignal): void {
  const end = () => request.destroy();
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  request.once('close', () => signal.removeEventListener('abort', end));
}

function limitConnecting(request: ClientRequest, connected: string, ms: number): void {
  request.on('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => request.destroy(new NetworkError('CONNECT_TIMEOUT')), ms);
    const stop = () => clearTimeout(timer);
    socket.once(connected, stop);
    socket.once('close', stop);
  });
}

function responseOf(message: IncomingMessage): Response {
  const status = Math.min(message.statusCode ?? 599, 599);
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) for (const value of values ?? []) headers.append(name, value);
  if (BODILESS.includes(status)) message.resume();
  const limit = status < 300 ? Infinity : ERROR_BYTES;
  return new Response(BODILESS.includes(status) ? null : ReadableStream.from(atMost(message, limit)), { status, headers });
}

/** The first bytes of a body; the rest is not read. */
async function* atMost(message: IncomingMessage, limit: number): AsyncGenerator<Uint8Array> {
  let read = 0;
  try {
    for await (const chunk of message as AsyncIterable<Uint8Array>) {
      read += chunk.length;
      yield chunk;
      if (read >= limit) return;
    }
  } catch (error) {
    throw asNetworkError(error);
  }
}
