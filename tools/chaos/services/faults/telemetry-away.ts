import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Fault } from '../fault.ts';
import type { Rig } from '../rig.ts';

const MOST_HEAP_BYTES = 256 * 2 ** 20;

/** The collector of traces takes connections and never answers, then is gone; scrapers ask for metrics and do not read. */
export const telemetryAway: Fault = {
  row: 39,
  name: 'telemetry-away',
  what: 'a collector of traces that takes everything and never answers, then is gone; scrapers that hang',
  load: 'tables',
  recoverWithinSeconds: 60,
  told: [{ metric: 'mlesmith_telemetry_warnings_total', where: 'code="telemetry.export_failed"' }],
  unseen: 'spans are dropped, and no work waits for them',
  prepare: async (rig) => {
    const [tarpit, sockets] = [createServer(), new Set<Socket>()];
    tarpit.on('connection', (socket) => void sockets.add(socket.on('error', () => undefined).resume()));
    await new Promise<void>((resolve) => tarpit.listen(0, '127.0.0.1', resolve));
    rig.settings['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${(tarpit.address() as { port: number }).port}`;
    TARPITS.set(rig, { tarpit, sockets });
    rig.atEnd(async () => closeTarpit(rig));
  },
  inject: async (rig) => {
    for (const service of rig.services) await hangingScrape(rig, service);
    await rig.attempt('assert-package', 0);
    closeTarpit(rig);
    await rig.attempt('execute', 0);
  },
  check: async (rig) => {
    const heaps = await Promise.all(rig.services.map(async (service) => ({ service, bytes: await rig.metric(service, 'nodejs_heap_used_bytes') })));
    return heaps.filter(({ bytes }) => !(bytes < MOST_HEAP_BYTES)).map(({ service, bytes }) => `${service} holds ${bytes} bytes`);
  },
};

const TARPITS = new WeakMap<Rig, { tarpit: Server; sockets: Set<Socket> }>();

function closeTarpit(rig: Rig): void {
  const { tarpit, sockets } = TARPITS.get(rig) ?? {};
  tarpit?.close();
  for (const socket of sockets ?? []) socket.destroy();
}

/** Asks for metrics, again and again on one connection, and reads nothing. */
async function hangingScrape(rig: Rig, service: string): Promise<void> {
  const { port } = await rig.metricsOf(service);
  const socket = connect({ host: '127.0.0.1', port: Number(port) })
    .on('error', () => undefined)
    .pause();
  for (let scrape = 0; scrape < 20; scrape += 1) socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  rig.atEnd(async () => socket.destroy());
}
