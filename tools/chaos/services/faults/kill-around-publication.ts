import { PIPELINE } from '@mle-smith/contracts';
import type { Fault } from '../fault.ts';
import type { Rig } from '../rig.ts';

/** Those whose news wake others. */
const STATIONS = [...new Set(PIPELINE.filter((row) => 'creates' in row || PIPELINE.some(({ consumes }) => consumes === row.advances)).map(({ app }) => app))];
/** Where a station is killed: its result is written and nothing published, or the event is published and its outbox does not know. */
const POINTS = [
  { text: '$push', part: 'answer', where: 'before it publishes' },
  { text: '$pull', part: 'request', where: 'after it has published' },
] as const;
const SETTLED_WITHIN_SECONDS = 60;

/** Every station dies round the publication of its first event: half of them before, half of them after. */
export const killAroundPublication: Fault = {
  row: 4,
  name: 'kill-around-publication',
  what: 'kill -9 of stations between the write of a result and the publication of its event, or between that and the note that it is published',
  load: 'tables',
  recoverWithinSeconds: 60,
  told: [{ alert: 'MleSmithServiceGone' }],
  prepare: async (rig) => {
    for (const station of STATIONS) await rig.proxy('mongo', station);
  },
  inject: async (rig) => {
    const stations = rig.shuffled(STATIONS);
    await Promise.all(stations.map((station, place) => killAt(rig, station, POINTS[place % POINTS.length] ?? POINTS[0])));
  },
  check: async (rig) => {
    await rig.until('empty outboxes', async () => (await rig.metric('review', 'mlesmith_outbox_depth')) === 0, SETTLED_WITHIN_SECONDS);
    return [];
  },
};

async function killAt(rig: Rig, station: string, { text, part, where }: (typeof POINTS)[number]): Promise<void> {
  const proxy = await rig.proxy('mongo', station);
  await proxy.holdNext(text, part);
  rig.note(`${station} is killed ${where}`);
  await rig.kill([station]);
  await rig.start([station], false);
}
