import { appendFile, cp } from 'node:fs/promises';
import { STATIONS } from '../../../cluster/cluster.ts';
import type { Fault } from '../fault.ts';
import type { Rig } from '../rig.ts';
import { cannotUnshare, withFileMounted } from '../under.ts';

/** What a service calls its servers, in the order in which it opens them, and the names that they have here. */
const NAMES = { mongodb: 'mongodb.mle-smith.invalid', 'object store': 's3.mle-smith.invalid', kafka: 'kafka.mle-smith.invalid' } as const;
const SAID_WITHIN_SECONDS = 300;

/** Services start while no name of a server resolves; the names come back one by one, and each time they say what they wait for. */
export const namesThatDoNotResolve: Fault = {
  row: 41,
  name: 'names-that-do-not-resolve',
  what: 'services started while no name of a server resolves; the names come back one by one',
  load: 'tables',
  waitsAtStart: true,
  recoverWithinSeconds: 60,
  told: [{ log: 'service.not_ready' }],
  missing: cannotUnshare,
  prepare: async (rig) => {
    await cp('/etc/hosts', hostsOf(rig));
    const how = { settings: namedSettings(rig.settings), under: withFileMounted(hostsOf(rig), '/etc/hosts') };
    for (const service of [...STATIONS, 'gateway']) rig.startsLike(service, how);
  },
  inject: async (rig) => {
    let from = 0;
    for (const [dependency, name] of Object.entries(NAMES)) {
      for (const service of rig.services)
        await rig.seen(
          `${service} that waits for ${dependency}`,
          (line) => line.service === service && line.code === 'service.not_ready' && line.data?.['dependency'] === dependency,
          { from, withinSeconds: SAID_WITHIN_SECONDS },
        );
      from = rig.lines.length;
      await appendFile(hostsOf(rig), `127.0.0.1 ${name}\n`);
    }
  },
};

function hostsOf(rig: Rig): string {
  return rig.folderOf('hosts');
}

/** The addresses of the servers, by name. */
function namedSettings(settings: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const named = (address: string, name: string): string => {
    const url = new URL(address);
    url.hostname = name;
    return url.href;
  };
  return {
    MONGODB_URI: named(settings['MONGODB_URI'] ?? '', NAMES.mongodb),
    S3_ENDPOINT: named(settings['S3_ENDPOINT'] ?? '', NAMES['object store']),
    KAFKA_BROKERS: `${NAMES.kafka}:${new URL(`tcp://${settings['KAFKA_BROKERS'] ?? ''}`).port}`,
  };
}
