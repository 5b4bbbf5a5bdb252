import type { CallStore } from '@mle-smith/agent';
import { openApiDocument, type ApiKey } from '@mle-smith/contracts';
import type { ArtifactStore } from '@mle-smith/package';
import { createHttpShell, HttpProblem, type HttpLimits, type HttpShell, type HttpShellOptions } from '@mle-smith/service';
import type { EventBus, TaskStore } from '@mle-smith/stage-runtime';
import { authenticateBy } from './authenticate.ts';
import { downloadHandlers } from './http/download.ts';
import { eventHandlers } from './http/events.ts';
import { mountOperations, type Handlers } from './http/mount.ts';
import { subjectHandlers } from './http/subjects.ts';
import { submitHandlers } from './http/submit.ts';
import { summaryHandlers } from './http/summaries.ts';
import { uploadHandlers } from './http/upload.ts';
import { ProgressFeed } from './progress-feed.ts';

/** What a gateway is told before it listens. */
export interface GatewayFront {
  readonly keys: readonly ApiKey[];
  readonly version: string;
  readonly limits?: Partial<HttpLimits>;
  readonly proxies?: number;
  /** Checks of readiness beside the store's. */
  readonly dependencies?: HttpShellOptions['health']['dependencies'];
  /** False where only a new start can help: its consumer is stuck, say. Always true, by default. */
  readonly alive?: () => boolean;
  readonly onRequest?: HttpShellOptions['onRequest'];
}

/** What its answers are made of. */
export interface GatewayParts {
  readonly store: TaskStore;
  readonly artifacts: ArtifactStore;
  /** News of progress; without it the stream of events stays silent, and callers read lists. */
  readonly bus?: EventBus;
  /** Calls of models, for costs. */
  readonly calls?: CallStore;
  /** Buckets that datasets may be read from. */
  readonly buckets: readonly string[];
  /** A folder for uploads under way. */
  readonly workDirectory: string;
  /** The largest file that is taken, bytes. */
  readonly uploadBytes: number;
  /** A download of which nothing is read for so long is cut, ms; a minute. */
  readonly idleMs?: number;
  /** Between two signs of life of a stream of events, ms; 15 s. */
  readonly beatMs?: number;
}

export type GatewayOptions = GatewayFront & GatewayParts;

/** A gateway that answers before its stores are reached: that it lives and is not ready, and 503 to everybody. */
export interface WaitingGateway {
  readonly shell: HttpShell;
  /** From now on it answers what it is asked. */
  readonly open: (parts: GatewayParts) => void;
}

/** The longest that an upload may take to arrive. */
const UPLOAD_MS = 15 * 60_000;
const AGAIN = { headers: { 'Retry-After': '5' } };

/** The gateway: REST and server-sent events over the ports. It fetches nothing by itself: what a caller names is only ever written down. */
export function createGateway(options: GatewayOptions): HttpShell {
  const { shell, open } = createWaitingGateway(options);
  open(options);
  return shell;
}

/** The same before its parts are there. */
export function createWaitingGateway({ keys, version, limits, proxies, dependencies, alive, onRequest }: GatewayFront): WaitingGateway {
  let opened: { readonly store: TaskStore; readonly handlers: Handlers } | undefined;
  const document = JSON.stringify(openApiDocument(version));
  const shell: HttpShell = createHttpShell({
    health: {
      ...(alive === undefined ? {} : { alive }),
      started: () => opened !== undefined,
      dependencies: {
        store: async () => {
          if (opened === undefined) throw new Error('the store is not reached yet');
          await opened.store.now();
        },
        ...dependencies,
      },
    },
    auth: { authenticate: authenticateBy(keys), open: ['/openapi.json'] },
    streams: ['/v1/blobs'],
    limits: { streamMs: UPLOAD_MS, ...limits },
    ...(proxies === undefined ? {} : { proxies }),
    ...(onRequest === undefined ? {} : { onRequest }),
    routes: (router) => {
      router.get('/openapi.json', (_request, response) => void response.type('application/json').send(document));
      mountOperations(router, () => {
        if (opened === undefined) throw new HttpProblem('unavailable', 'the stores are not reached yet', AGAIN);
        return opened.handlers;
      });
    },
  });
  return { shell, open: (parts) => (opened = { store: parts.store, handlers: handlersOf(parts, () => shell.closing) }) };
}

/** All that callers may ask. */
function handlersOf(parts: GatewayParts, closing: () => AbortSignal): Handlers {
  const feed = new ProgressFeed();
  if (parts.bus !== undefined) feed.follow(parts.bus);
  return {
    ...uploadHandlers(parts),
    ...submitHandlers(parts),
    ...subjectHandlers(parts),
    ...summaryHandlers(parts),
    ...downloadHandlers(parts),
    ...eventHandlers(feed, { beatMs: parts.beatMs ?? 15_000, closing }),
  };
}
