import { Delivery, type DeliveryOptions } from './delivery.ts';
import { newsOf } from './drills/poison.ts';
import { written } from './envelope.ts';

const FACT = 'task.proposed';
const PLACE = { fact: FACT, topic: FACT, partition: 0 };
const MOST = 2;

/** A delivery whose handler does what the next of these says, and then takes the event. */
function deliveryOf(...fates: readonly ('outage' | 'refuses' | 'hangs')[]): { deliver: () => Promise<number | undefined>; buried: string[] } {
  const left = [...fates];
  const buried: string[] = [];
  const options: DeliveryOptions = {
    handlersOf: () => [
      async () => {
        const fate = left.shift();
        if (fate === 'hangs') return new Promise(() => undefined);
        if (fate !== undefined) throw new Error(fate);
      },
    ],
    bury: async (_topic, _partition, _message, { error }) => void buried.push(error),
    blobs: undefined,
    trace: undefined,
    isOutage: (error) => String(error).includes('outage'),
    observe: () => undefined,
    handlerMs: 20,
    maxDeliveries: MOST,
  };
  const delivery = new Delivery(options);
  const { headers, body } = written(newsOf(FACT, 't'));
  return { buried, deliver: () => delivery.deliver(PLACE, { offset: '0', key: null, value: body, headers, timestamp: '0' } as never) };
}

describe('a delivery', () => {
  it('never gives up an event whose handler does not come back in time', async () => {
    const { deliver, buried } = deliveryOf('hangs', 'hangs', 'hangs');

    const waits = [await deliver(), await deliver(), await deliver(), await deliver()];

    expect(waits).toEqual([200, 400, 800, undefined]);
    expect(buried).toEqual([]);
  });

  it('counts no outage towards giving an event up, though the wait grows', async () => {
    const { deliver, buried } = deliveryOf('outage', 'outage', 'outage', 'refuses', 'outage');

    const waits = [await deliver(), await deliver(), await deliver(), await deliver(), await deliver(), await deliver()];

    expect(waits).toEqual([200, 400, 800, 1_600, 3_200, undefined]);
    expect(buried).toEqual([]);
  });

  it('gives an event up after as many refusals as it may have', async () => {
    const { deliver, buried } = deliveryOf('outage', 'refuses', 'refuses');

    const waits = [await deliver(), await deliver(), await deliver()];

    expect(waits).toEqual([200, 400, undefined]);
    expect(buried).toEqual(['Error: refuses']);
  });
});
