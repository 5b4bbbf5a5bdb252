import { join } from 'node:path';
import { PIPELINE } from '@mle-smith/contracts';
import type { Fault } from '../fault.ts';

const HEAP_MB = 96;
/** SIGABRT, by which Node gives up, as an exit code and as a signal. */
const ABORTED = 134;

/** A station at work reaches the limit of its heap, dies, is started again, and goes on. */
export const fullHeap: Fault = {
  row: 33,
  name: 'full-heap',
  what: `a heap of ${HEAP_MB} MiB full in the midst of the work of three stations; Node gives up and is started again`,
  load: 'tables',
  recoverWithinSeconds: 60,
  told: [{ step: { lost: true } }, { alert: 'MleSmithServiceGone' }],
  allowance: { ends: [ABORTED], endsBy: ['SIGABRT'], noise: /^\s*$|^<--- |Mark-Compact|Scavenge|^FATAL ERROR|^----- |^\s*\d+: 0x|^Aborted/ },
  prepare: async (rig) => {
    const preload = join(import.meta.dirname, '..', 'preloads', 'fill-heap-on-signal.ts');
    for (const service of STATIONS) rig.startsLike(service, { settings: { NODE_OPTIONS: `--max-old-space-size=${HEAP_MB} --import=${preload}` } });
  },
  inject: async (rig) => {
    await Promise.all(
      STATIONS.map(async (station) => {
        await rig.attempt(rig.anyOf(PIPELINE.filter(({ app }) => app === station)).stage, 0);
        const { ended } = rig.processOf(station);
        rig.processOf(station).child.kill('SIGUSR2');
        await ended;
      }),
    );
  },
  check: async (rig) => (rig.ends.length === STATIONS.length ? [] : [`${rig.ends.length} services ran out of memory, and ${STATIONS.length} should have`]),
};

const STATIONS = ['brainstorm', 'design', 'assert'];
