import { ConsumerPulse } from '@mle-smith/service';
import { createWaitingGateway } from './gateway.ts';
import { KEYS } from './testing/served.ts';

const MINUTE = 60_000;

describe('the life of a gateway', () => {
  it('ends where its consumer is stuck, so that it is started again, and not while brokers are away', async () => {
    let now = 0;
    const pulse = new ConsumerPulse(() => now);
    const { shell } = createWaitingGateway({ keys: KEYS, version: '0.0.0', alive: () => pulse.beats });
    const { url } = await shell.listen({ host: '127.0.0.1', port: 0 });
    const later = async (minutes: number): Promise<number> => {
      now += minutes * MINUTE;
      return (await fetch(`${url}/livez`)).status;
    };

    const waiting = await later(60);
    pulse.take({ kind: 'connected' });
    const silent = [await later(4), await later(2)];
    pulse.take({ kind: 'unreachable', error: new Error('away') });
    const away = await later(4);
    await shell.close();

    expect([waiting, silent, away]).toEqual([200, [200, 503], 200]);
  });
});
