import { Log } from '@mle-smith/telemetry';
import { logTrouble } from './log-trouble.ts';

const failed = (code?: string): Error => Object.assign(new Error('failed'), code === undefined ? {} : { code });

describe('the trouble of a station', () => {
  it.each([
    ['sweep', 'bus_unreachable', 'bus.publish_failed'],
    ['relay', 'bus_publish_failed', 'bus.publish_failed'],
    ['relay', 'ECONNREFUSED', 'bus.publish_failed'],
    ['relay', 'store_unreachable', 'store.unreachable'],
    ['sweep', 'store_unreachable', 'store.unreachable'],
    ['result', 'ECONNRESET', 'store.unreachable'],
    ['work', 'object_store_unreachable', 'artifacts.unreachable'],
    ['work', undefined, 'service.fault'],
    ['sweep', 'ERR_INVALID_ARG_TYPE', 'service.fault'],
  ] as const)('during %s by %s is told as %s', (during, code, told) => {
    const lines: Record<string, unknown>[] = [];
    const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);

    logTrouble(Log.open({ service: 's', version: '0', level: 'info', to: { write } }))({ during, error: failed(code) });

    expect(lines).toMatchObject([{ code: told, data: { during } }]);
  });

  it('is told once in half a minute', () => {
    let now = 0;
    const lines: string[] = [];
    const tell = logTrouble(Log.open({ service: 's', version: '0', level: 'info', to: { write: (line: string) => void lines.push(line) } }), () => now);

    for (; now <= 30_000; now += 10_000) tell({ during: 'work', error: failed('store_unreachable') });

    expect(lines).toHaveLength(2);
  });
});
