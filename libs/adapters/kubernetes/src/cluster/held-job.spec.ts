import type { Board } from './board.ts';
import type { ClusterApi } from './cluster-api.ts';
import { HeldJob } from './held-job.ts';
import type { ServerClock } from './server-clock.ts';
import { PodSettings } from './settings.ts';
import { exampleSettings } from '../testing/example-settings.ts';

const STARTED = Date.parse('2026-03-01T12:00:00Z');

describe('a Job without a pod', () => {
  it('is asked about after a third of what a refusal is given, and ever more rarely after that', async () => {
    const job = { metadata: { name: 'mls-x', namespace: 'solve', uid: '1' }, status: { startTime: new Date(STARTED) } };
    const [asked, looks]: [number[], (() => void)[]] = [[], []];
    let seconds = 0;
    const held = new HeldJob({
      api: { refusalOf: () => Promise.resolve(void asked.push(seconds)), deleteJob: () => Promise.resolve() } as Partial<ClusterApi> as ClusterApi,
      board: {
        hold: (_job: unknown, look: () => void) => looks.push(look),
        view: () => ({ job, pod: undefined }),
        leave: () => undefined,
      } as Partial<Board> as Board,
      clock: { now: () => STARTED + seconds * 1_000 } as ServerClock,
      settings: PodSettings.parse({ ...exampleSettings(), graceSeconds: { refused: 30 } }),
      observe: () => undefined,
      job,
      adopted: false,
      onFree: () => undefined,
      onRemoved: () => undefined,
    }).watch();

    for (; seconds <= 200; seconds += 1) {
      looks.forEach((look) => look());
      await new Promise(setImmediate);
    }

    expect(asked).toEqual([10, 20, 40, 80, 160]);
    await held.remove();
  });
});
