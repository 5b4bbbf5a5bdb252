import type { Sign, StepSign } from './sign.ts';
import { queryOf } from './sign.ts';
import { signsSeen, type Sights, type TimelineLine } from './signs-seen.ts';

const LINE: TimelineLine = { at: 'noon', stage: 'design', generation: 1, attempt: 1, from: 'task.proposed', to: 'task.designed', outcome: 'advanced' };
const SIGHTS: Sights = { namespace: 'n', lines: [], timelines: [LINE], heldSeconds: async () => 0 };
const seen = async (sign: Sign, sights: Partial<Sights> = {}) => (await signsSeen([sign], { ...SIGHTS, ...sights }))[0]?.seen;
const call = { kind: 'call', atMs: 1, agent: 'designer', model: 'm', tookMs: 1, fault: 'rate' } as const;

describe('signs of a fault', () => {
  it.each<[string, StepSign, Partial<TimelineLine>]>([
    ['an attempt that was lost', { lost: true, stage: 'design' }, { lostLeases: 1, lost: [{ worker: 'w', at: 'noon' }] }],
    ['a retry with its reason', { outcome: 'retry', code: 'pod_lost' }, { outcome: 'retry', code: 'pod_lost' }],
    ['a call that failed', { call: 'rate' }, { events: [call] }],
    ['what was left', { stage: 'design', left: 'raw' }, { documents: { raw: 'sha256:1' } }],
  ])('are found in a timeline: %s, in one line', async (_, step, change) => {
    expect(await seen({ step }, { timelines: [LINE, { ...LINE, ...change }] })).toBe(true);
    expect(await seen({ step })).toBe(false);
    expect(
      await seen(
        { step: { ...step, stage: 'review' } },
        {
          timelines: [
            { ...LINE, ...change },
            { ...LINE, stage: 'review' },
          ],
        },
      ),
    ).toBe(false);
  });

  it('are no lost attempts where nobody knows whose they were', async () => {
    expect(await seen({ step: { lost: true } }, { timelines: [{ ...LINE, lostLeases: 1 }] })).toBe(false);
  });

  it('are found in logs, by a text where one is asked for', async () => {
    const lines = [{ code: 'service.not_ready', data: { dependency: 'kafka' } }];

    expect(await seen({ log: 'service.not_ready' }, { lines })).toBe(true);
    expect(await seen({ log: 'service.not_ready', holding: 'kafka' }, { lines })).toBe(true);
    expect(await seen({ log: 'service.not_ready', holding: 'mongodb' }, { lines })).toBe(false);
    expect(await seen({ log: 'bus.unreachable' }, { lines })).toBe(false);
  });

  it('are expressions that held, and nobody knows of those without Prometheus', async () => {
    const alert = { alert: 'MleSmithConsumerDown' } as const;
    const asked: string[] = [];
    const heldSeconds = async (expr: string) => asked.push(expr);

    expect(await seen(alert, { heldSeconds })).toBe(true);
    expect(await seen(alert)).toBe(false);
    expect(await seen(alert, { heldSeconds: undefined })).toBeUndefined();
    expect(asked).toEqual([expect.stringMatching(/mlesmith_consumer_up\) == 0$/)]);
    expect(queryOf({ alert: 'MleSmithOutboxOld', from: 10 }, 'n')).toMatch(/mlesmith_outbox_oldest_seconds\[10m\]\)\) >= 10$/);
    expect(queryOf({ metric: 'mlesmith_fenced_results_total', where: 'stage="execute"' }, 'n')).toBe(
      'sum by (namespace) (mlesmith_fenced_results_total{namespace="n",stage="execute"}) > 0',
    );
  });
});
