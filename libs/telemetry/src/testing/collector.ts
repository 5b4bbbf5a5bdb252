import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a collector does with what it is sent; `slow` takes it after two seconds, `quotes` refuses it and says who sent it, `drips` answers without an end. */
export type CollectorManner = 'takes' | 'slow' | 'refuses' | 'quotes' | 'hangs' | 'drips';

const SLOW_MS = 2_000;
const DRIP_MS = 100;

/** Stands in for an OTLP collector: keeps what it is sent, at once or late, or refuses, quotes, or never answers. */
export interface Collector {
  readonly url: string;
  /** Requests with spans so far. */
  readonly bodies: readonly Buffer[];
  /** Requests with metrics so far. */
  readonly metrics: readonly Buffer[];
  /** True once this text (the name of a span, an attribute) has arrived. */
  has(text: string): boolean;
  close(): Promise<void>;
}

/** Starts one on a free port of this machine. */
export async function startCollector(manner: CollectorManner = 'takes'): Promise<Collector> {
  const [bodies, metrics]: [Buffer[], Buffer[]] = [[], []];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      (request.url === '/v1/metrics' ? metrics : bodies).push(Buffer.concat(parts));
      const { authorization } = request.headers;
      const answer = (): void =>
        void (manner === 'quotes' ? response.writeHead(400, `no room for ${authorization}`) : response.writeHead(manner === 'refuses' ? 400 : 200)).end();
      if (manner === 'drips') drip(response);
      else if (manner === 'slow') setTimeout(answer, SLOW_MS).unref();
      else if (manner !== 'hangs') answer();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    metrics,
    has: (text) => [...bodies, ...metrics].some((body) => body.includes(text)),
    close: () => closed(server),
  };
}

/** The head of an answer, and then one byte after the other. */
function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).flushHeaders();
  const drops = setInterval(() => response.write(' '), DRIP_MS).unref();
  response.on('close', () => clearInterval(drops));
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
