import { TcpProxy } from '../../../testbed/tcp-proxy.ts';
import { STATIONS } from '../../../cluster/cluster.ts';
import type { Fault } from '../fault.ts';

const SERVICES = [...STATIONS, 'gateway'];
const SAID_WITHIN_SECONDS = 120;
let door: TcpProxy | undefined;

/** Services start before there is a broker: they say what they wait for, do not end, and go on when it is there; stations are not ready, the gateway answers. */
export const brokerMissingAtStart: Fault = {
  row: 9,
  name: 'broker-missing-at-start',
  what: 'services started before there is a broker',
  load: 'tables',
  waitsAtStart: true,
  recoverWithinSeconds: 30,
  told: [{ log: 'service.not_ready', holding: 'kafka' }, { alert: 'MleSmithConsumerDown' }],
  prepare: async (rig) => {
    // Topics are made through the address itself.
    door = await TcpProxy.before(rig.settings['KAFKA_BROKERS'] ?? '');
    door.cut();
    const { close, address } = { close: () => door?.close() ?? Promise.resolve(), address: door.address };
    rig.atEnd(close);
    for (const service of SERVICES) rig.startsLike(service, { settings: { KAFKA_BROKERS: address } });
  },
  inject: async (rig) => {
    for (const service of SERVICES) {
      const line = await rig.seen(
        `${service} that waits for Kafka`,
        (said) => said.service === service && said.code === 'service.not_ready' && said.data?.['dependency'] === 'kafka',
        { from: 0, withinSeconds: SAID_WITHIN_SECONDS },
      );
      if (!JSON.stringify(line).includes(door?.address ?? '')) rig.complaints.push(`${service} waits for Kafka and does not say where`);
      // The gateway needs no broker to answer.
      if ((await rig.isReady(service)) !== (service === 'gateway'))
        rig.complaints.push(service === 'gateway' ? 'the gateway does not answer without Kafka' : `${service} is ready without Kafka`);
    }
    door?.heal();
  },
};
