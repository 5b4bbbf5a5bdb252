import { STATIONS } from '../../../cluster/cluster.ts';
import type { Fault } from '../fault.ts';
import { drillOf } from '../kafka.ts';
import type { Rig } from '../rig.ts';

/** News only wake: what is known already changes nothing. */
const COUNTED = {
  told: [{ metric: 'mlesmith_handler_duration_seconds_count', where: 'outcome=~"repeated|stale"' }],
  unseen: 'news only wake, and what is known already changes nothing',
} as const;

/** Everything that was said so far is said twice more, in the order of its topics. */
export const messagesThrice: Fault = {
  row: 12,
  name: 'messages-thrice',
  what: 'every message of every topic written twice more in the midst of the work',
  load: 'tables',
  recoverWithinSeconds: 30,
  ...COUNTED,
  inject: async (rig) => {
    await rig.attempt('execute', 0);
    const drill = drillOf(rig);
    const said = await drill.events();
    rig.note(`${said.length} messages come twice more`);
    for (let time = 0; time < 2; time += 1) await drill.write(said);
  },
  check: repeatsAreCounted,
};

/** All stations read every topic from its beginning. */
export const topicsReplayed: Fault = {
  row: 12,
  name: 'topics-replayed',
  what: 'every group sent back to the first message of every topic',
  load: 'tables',
  recoverWithinSeconds: 60,
  ...COUNTED,
  inject: async (rig) => {
    await rig.attempt('execute', 0);
    await rig.kill(STATIONS, 'SIGTERM');
    await drillOf(rig).rewind(STATIONS);
    await rig.start(STATIONS);
  },
  check: repeatsAreCounted,
};

/** What was said long ago comes once more, the last first, while later generations are at work and after they have ended. */
export const messagesLate: Fault = {
  row: 13,
  name: 'messages-late',
  what: 'every message so far written once more in an order of chance, again at each stage that follows',
  load: 'tables',
  recoverWithinSeconds: 30,
  ...COUNTED,
  inject: async (rig) => {
    const drill = drillOf(rig);
    for (const stage of ['assert-design', 'refactor', 'review', 'execute']) {
      await rig.attempt(stage, 0);
      await drill.write(rig.shuffled(await drill.events()));
    }
  },
  check: repeatsAreCounted,
};

/** Stations tell news that come again from others, and of an earlier generation from both. */
async function repeatsAreCounted(rig: Rig): Promise<readonly string[]> {
  const counted = async (): Promise<number> => {
    const of = (outcome: string) => rig.metric('design', 'mlesmith_handler_duration_seconds_count', `outcome="${outcome}"`);
    return (await of('repeated')) + (await of('stale'));
  };
  await rig.until('counted repetitions', async () => (await counted()) > 0, 60);
  return [];
}
