import type { CallStore } from '@mle-smith/agent';
import { openApiDocument, type ApiKey } from '@mle-smith/contracts';
import type { ArtifactStore } from '@mle-smith/package';
import { createHttpShell, type HttpLimits, type HttpShell, type HttpShellOptions } from '@mle-smith/service';
import type { EventBus, TaskStore } from '@mle-smith/stage-runtime';
import { authenticateBy } from './authenticate.ts';
import { downloadHandlers } from './http/download.ts';
import { eventHandlers } from './http/events.ts';
import { mountOperations } from './http/mount.ts';
import { subjectHandlers } from './http/subjects.ts';
import { submitHandlers } from './http/submit.ts';
import { summaryHandlers } from './http/summaries.ts';
import { uploadHandlers } from './http/upload.ts';
import { ProgressFeed } from './progress-feed.ts';

export interface GatewayOptions {
  readonly store: TaskStore;
  readonly artifacts: ArtifactStore;
  /** News of progress; without it the stream of events stays silent, and callers read lists. */
  readonly bus?: EventBus;
  /** Calls of models, for costs. */
  readonly calls?: CallStore;
  readonly keys: readonly ApiKey[];
  /** Buckets that datasets may be read from. */
  readonly buckets: readonly string[];
  /** A folder for uploads under way. */
  readonly workDirectory: string;
  /** The largest file that is taken, bytes. */
  readonly uploadBytes: number;
  readonly version: string;
  readonly limits?: Partial<HttpLimits>;
  readonly proxies?: number;
  /** Checks of readiness beside the store's. */
  readonly dependencies?: HttpShellOptions['health']['dependencies'];
  readonly onRequest?: HttpShellOptions['onRequest'];
  /** Between two signs of life of a stream of events, ms; 15 s. */
  readonly beatMs?: number;
}

/** The longest that an upload may take to arrive. */
const REQUEST_MS = 15 * 60_000;

/** The gateway: REST and server-sent events over the ports. It fetches nothing by itself: what a caller names is only ever written down. */
export function createGateway(options: GatewayOptions): HttpShell {
  const { store, version } = options;
  const feed = new ProgressFeed();
  if (options.bus !== undefined) feed.follow(options.bus);
  const document = JSON.stringify(openApiDocument(version));
  const shell: HttpShell = createHttpShell({
    health: { dependencies: { store: () => store.now(), ...options.dependencies } },
    auth: { authenticate: authenticateBy(options.keys), open: ['/openapi.json'] },
    streams: ['/v1/blobs'],
    limits: { requestMs: REQUEST_MS, ...options.limits },
    ...(options.proxies === undefined ? {} : { proxies: options.proxies }),
    ...(options.onRequest === undefined ? {} : { onRequest: options.onRequest }),
    routes: (router) => {
      router.get('/openapi.json', (_request, response) => void response.type('application/json').send(document));
      mountOperations(router, {
        ...uploadHandlers(options),
        ...submitHandlers(options),
        ...subjectHandlers(options),
        ...summaryHandlers(options),
        ...downloadHandlers(options),
        ...eventHandlers(feed, { beatMs: options.beatMs ?? 15_000, closing: () => shell.closing }),
      });
    },
  });
  return shell;
}
