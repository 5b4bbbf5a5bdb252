import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MetricsPage } from './metrics-page.ts';
import { warn } from './warnings.ts';

/** The reader of the metrics, and the server that a scraper asks. */
export interface MetricsServer {
  readonly reader: MetricsPage;
  /** Port that is listened on; undefined where that was not possible, which is a warning and nothing more. */
  readonly port: Promise<number | undefined>;
  close(): void;
}

/** Serves /metrics. Our own server, since the exporter's can neither take a free port nor let go of a scraper that hangs. */
export function serveMetrics(host: string, port: number): MetricsServer {
  const reader = new MetricsPage();
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    if (request.url?.split('?')[0] === '/metrics') reader.getMetricsRequestHandler(request, response);
    else response.writeHead(404).end();
  });
  server.unref();
  const listening = new Promise<number | undefined>((resolve) => {
    server.on('error', (error) => {
      warn('telemetry.metrics_unreachable', { error, host, port });
      resolve(undefined);
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { reader, port: listening, close };
}
