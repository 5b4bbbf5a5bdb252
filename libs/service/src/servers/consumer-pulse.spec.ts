import type { BusNotice } from '@mle-smith/contracts';
import { ConsumerPulse } from './consumer-pulse.ts';
import { StationHealth } from '../station/station-health.ts';

const MINUTE = 60_000;

describe('the pulse of a consumer', () => {
  let now = 0;
  let pulse: ConsumerPulse;
  beforeEach(() => {
    now = 0;
    pulse = new ConsumerPulse(() => now);
  });
  const after = (ms: number, notice?: BusNotice): boolean => {
    now += ms;
    if (notice !== undefined) pulse.take(notice);
    return pulse.beats;
  };

  it('ends where a consumer that was at work is silent for five minutes, and comes back with the next sign', () => {
    pulse.take({ kind: 'connected' });

    expect([after(4 * MINUTE), after(4 * MINUTE, { kind: 'fetched' }), after(4 * MINUTE), after(2 * MINUTE), after(0, { kind: 'fetched' })]).toEqual([
      true,
      true,
      true,
      false,
      true,
    ]);
  });

  it('goes on for as long as brokers are away, since the consumer says so', () => {
    pulse.take({ kind: 'connected' });

    const hours = Array.from({ length: 120 }, () => after(MINUTE, { kind: 'unreachable', error: new Error('away') }));

    expect(hours.every(Boolean)).toBe(true);
  });

  it('ends at once with a consumer that crashed and does not come back, which has left before it says so', () => {
    pulse.take({ kind: 'connected' });
    const crash = (restart: boolean): boolean => after(0, { kind: 'disconnected' }) && after(0, { kind: 'crashed', restart, error: new Error('gone') });

    expect([crash(true), after(0, { kind: 'connected' }), crash(false), after(MINUTE)]).toEqual([true, true, false, false]);
  });

  it('goes on where a start fails, which is tried again', () => {
    expect(after(0, { kind: 'crashed', restart: false, error: new Error('no coordinator yet') })).toBe(true);
  });

  it('is not asked for before the consumer has joined, nor after it has left, whatever is published', () => {
    const before = after(60 * MINUTE, { kind: 'unreachable', error: new Error('not there yet') });
    pulse.take({ kind: 'connected' });
    pulse.take({ kind: 'disconnected' });

    expect([before, after(60 * MINUTE)]).toEqual([true, true]);
  });

  it('does not take what the publisher tells for a sign of the consumer', () => {
    pulse.take({ kind: 'connected' });

    expect([after(4 * MINUTE, { kind: 'published', topic: 't', bytes: 1, durationMs: 1 }), after(2 * MINUTE)]).toEqual([true, false]);
  });

  it('hears what another listener hears', () => {
    const heard: string[] = [];
    const hear = pulse.hearing(({ kind }) => void heard.push(kind));
    hear({ kind: 'connected' });
    now += 6 * MINUTE;

    expect([heard, pulse.beats]).toEqual([['connected'], false]);
  });

  it('is what the life of a station depends on, beside its event loop', () => {
    const health = new StationHealth(undefined, pulse);
    pulse.take({ kind: 'connected' });
    const { alive } = health.options({ engine: 'rules', jobRunner: 'sandbox' });

    const lives = [alive?.(), after(6 * MINUTE) && true, alive?.()];

    expect(lives).toEqual([true, false, false]);
  });
});
