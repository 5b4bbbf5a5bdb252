import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Router } from 'express';
import { identify, needHaste, needPrincipal, needRoom, nameRequest, readJson, securityHeaders } from './gates.ts';
import { mountHealth, type HealthOptions } from './health.ts';
import { DEFAULT_LIMITS, type HttpLimits } from './http-limits.ts';
import { answerProblems, noSuchPlace } from './problem-answers.ts';
import { observe, type RequestNotice } from './request-notice.ts';
import { createRateLimit } from './rate-limit.ts';
import type { Authenticate } from './request-place.ts';
import { boundSilentConnections } from './silent-connections.ts';

export type { RequestNotice } from './request-notice.ts';

export interface HttpShellOptions {
  readonly health: HealthOptions;
  /** Adds what this process answers; a handler that throws or rejects is answered as a problem document. */
  readonly routes?: (router: Router) => void;
  /** Without it everybody may ask everything. With it nobody may who does not prove who they are; `open` lists the paths that need no proof. */
  readonly auth?: { readonly authenticate: Authenticate; readonly open?: readonly string[] };
  /** Paths whose bodies are left to their handlers; every other body must be JSON. */
  readonly streams?: readonly string[];
  readonly limits?: Partial<HttpLimits>;
  /** Proxies in front whose word about the caller's address counts; none by default. */
  readonly proxies?: number;
  /** Told of each request when it is answered, health endpoints left out. */
  readonly onRequest?: (notice: RequestNotice) => void;
}

/** A server of this process. */
export interface HttpShell {
  /** Listens; gives the address. Port 0 is any free one. */
  listen(at: { host: string; port: number }): Promise<{ host: string; port: number; url: string }>;
  /** Aborted when closing begins: answers without an end (server-sent events) end then. */
  readonly closing: AbortSignal;
  /** Takes no more connections, waits for requests in flight up to `closeMs`, cuts the rest. Doing it again waits for the same end. */
  close(): Promise<void>;
}

const IDLE_CHECK_MS = 50;
const LONGEST_CHECK_MS = 1_000;

/** The HTTP side of a service: health, limits, request ids, problem documents and an end in order, around the routes of the caller. */
export function createHttpShell(options: HttpShellOptions): HttpShell {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const stop = new AbortController();
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: Math.max(limits.requestMs, limits.streamMs),
      // Node.js looks at these times twice a minute by default.
      connectionsCheckingInterval: Math.min(LONGEST_CHECK_MS, limits.headersMs / 2),
    },
    buildApp(options, limits, stop.signal),
  );
  server.maxConnections = limits.connections;
  boundSilentConnections(server, limits.silent);
  let closed: Promise<void> | undefined;
  return {
    closing: stop.signal,
    async listen({ host, port }) {
      server.listen(port, host);
      await once(server, 'listening');
      const { address, port: bound, family } = server.address() as AddressInfo;
      return { host: address, port: bound, url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}` };
    },
    close() {
      closed ??= (async () => {
        stop.abort();
        if (!server.listening) return;
        const ended = once(server, 'close');
        server.close();
        const cut = setTimeout(() => server.closeAllConnections(), limits.closeMs);
        // A connection that was busy when closing began stays open for a next request unless it is told otherwise.
        const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
        await ended.finally(() => {
          clearTimeout(cut);
          clearInterval(idle);
        });
      })();
      return closed;
    },
  };
}

function buildApp(options: HttpShellOptions, limits: HttpLimits, closing: AbortSignal): Express {
  const { auth, streams = [], onRequest } = options;
  const app = express();
  app
    .disable('x-powered-by')
    .disable('etag')
    // An address is written in one way: what is decided by it would be decided otherwise for another spelling.
    .enable('case sensitive routing')
    .enable('strict routing')
    .set('trust proxy', options.proxies ?? 0)
    .set('query parser', 'simple');
  app.use(nameRequest, securityHeaders(closing), needHaste(limits.requestMs, streams));
  mountHealth(app, options.health, closing);
  if (onRequest !== undefined) app.use(observe(onRequest));
  if (auth !== undefined) app.use(identify(auth.authenticate));
  app.use(needRoom(createRateLimit({ burst: limits.burst, perSecond: limits.requestsPerSecond, callers: limits.callers, now: () => performance.now() })));
  if (auth !== undefined) app.use(needPrincipal(auth.open ?? []));
  app.use(readJson(limits.bodyBytes, streams));
  const router = express.Router({ caseSensitive: true, strict: true });
  options.routes?.(router);
  app.use(router, noSuchPlace, answerProblems(limits.lingerMs));
  return app;
}
