import { dropIndex, setSchemaVersion, UNIQUE_INDEXES } from '@mle-smith/adapter-mongo/drills';
import { prepareServers, readConfig, SERVER_SETTINGS } from '@mle-smith/service';
import { startService } from '../../../cluster/service-process.ts';
import type { Fault } from '../fault.ts';
import type { Rig } from '../rig.ts';

const CONFIGURATION = 78;

/** Services refuse a store that is not set up for them, and say what mends it. */
export const storeNotSetUp: Fault = {
  row: 18,
  name: 'store-not-set-up',
  what: 'a unique index missing, each in turn, and a store of a newer version',
  load: 'none',
  recoverWithinSeconds: 0,
  told: [{ log: 'service.config_invalid', holding: 'mle-smith prepare' }],
  inject: async (rig) => {
    const uri = rig.settings['MONGODB_URI'] ?? '';
    for (const index of UNIQUE_INDEXES) {
      await dropIndex(uri, index);
      await refused(rig, `without the index ${index}`, [index, 'mle-smith prepare']);
      await prepareServers(readConfig(SERVER_SETTINGS, rig.settings, 'any'));
    }
    await setSchemaVersion(uri, 1);
    await refused(rig, 'in a store of a newer version', ['newer']);
    await setSchemaVersion(uri, 0);
  },
};

/** A station and a gateway end with 78 and name what is wrong. */
async function refused(rig: Rig, how: string, names: readonly string[]): Promise<void> {
  await Promise.all(
    ['review', 'gateway'].map(async (app) => {
      const { ended, lines, noise } = startService(app, { ...rig.settings, MLE_SMITH_API_KEYS_FILE: rig.folderOf('api-keys') });
      const { code } = await ended;
      if (code !== CONFIGURATION) rig.complaints.push(`${app} ended with ${code ?? 'a signal'} ${how}`);
      const told = JSON.stringify(lines);
      for (const name of names) if (!told.includes(name)) rig.complaints.push(`${app} does not speak of ${name} ${how}`);
      rig.hearEnded(app, { lines, noise });
    }),
  );
}
