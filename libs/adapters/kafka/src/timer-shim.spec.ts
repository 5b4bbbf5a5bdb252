import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describeServer } from '@mle-smith/tools/testbed';
import { KafkaBench } from './testing/kafka-bench.ts';
import { applyTimerShim } from './timer-shim.ts';

const require = createRequire(import.meta.url);

describe('the shim of the timer loop', () => {
  it('is for exactly this version and this code of kafkajs', async () => {
    const { version } = require('kafkajs/package.json') as { version: string };
    const source = await readFile(require.resolve('kafkajs/src/network/requestQueue/index.js'));

    // Another hash: see whether scheduleCheckPendingRequests still needs the shim, and still takes it.
    expect([version, createHash('sha256').update(source).digest('hex')]).toEqual(['2.2.4', 'b55986089c14f8f7bfc377922e2e65b3e4c1e7c7af2752d3b10a75dfe9e9260c']);
  });

  it('sets a timer only while something is pending', () => {
    applyTimerShim();
    const Queue = require('kafkajs/src/network/requestQueue/index.js') as new (options: object) => {
      pending: unknown[];
      throttleCheckTimeoutId: unknown;
      scheduleCheckPendingRequests(): void;
      destroy(): void;
    };
    const queue = new Queue({ logger: { debug: () => undefined } });

    queue.scheduleCheckPendingRequests();
    const idle = queue.throttleCheckTimeoutId;
    queue.pending.push({ send: () => undefined, expectResponse: true });
    queue.scheduleCheckPendingRequests();
    const busy = queue.throttleCheckTimeoutId;
    queue.destroy();

    expect(idle).toBeNull();
    expect(busy).not.toBeNull();
  });

  it('ends a request that nobody answers, looking once a second', async () => {
    applyTimerShim();
    const Queue = require('kafkajs/src/network/requestQueue/index.js') as new (options: object) => {
      inflight: Map<number, object>;
      requestTimeoutIntervalId: NodeJS.Timeout & { _repeat: number };
      scheduleRequestTimeoutCheck(): void;
      destroy(): void;
    };
    const queue = new Queue({ requestTimeout: 30_000, enforceRequestTimeout: true });

    queue.scheduleRequestTimeoutCheck();
    const every = queue.requestTimeoutIntervalId._repeat;
    const ended = await new Promise((resolve) => {
      const sentAt = Date.now() - 40_000;
      queue.inflight.set(1, { sentAt, requestTimeout: 50_000, timeoutRequest: () => resolve('the young') });
      queue.inflight.set(2, { sentAt, requestTimeout: 30_000, timeoutRequest: () => resolve('the overdue') });
    });
    queue.destroy();

    expect([every, ended]).toEqual([1_000, 'the overdue']);
  });
});

await describeServer('an idle member of a group', 'kafka', (server) => {
  it('wakes a few times a second, and gives no warning', async () => {
    const warnings: string[] = [];
    const hear = (warning: Error): void => void warnings.push(warning.name);
    process.on('warning', hear);
    const bench = await new KafkaBench(server.address).topics('task.proposed');
    const bus = bench.bus();
    bus.subscribe('task.proposed', async () => undefined);
    await bus.start();

    const timers = await timersSetWithin(2_000);
    await bench.close();
    process.off('warning', hear);

    expect(timers).toBeLessThan(200);
    expect(warnings).not.toContain('TimeoutNegativeWarning');
  });
});

/** Counts calls of setTimeout, which the loop of kafkajs would make a thousand of each second. */
async function timersSetWithin(ms: number): Promise<number> {
  const original = globalThis.setTimeout;
  let count = 0;
  const counting = (...args: Parameters<typeof setTimeout>): NodeJS.Timeout => {
    count += 1;
    return original(...args);
  };
  globalThis.setTimeout = Object.assign(counting, original) as typeof setTimeout;
  await new Promise((resolve) => original(resolve, ms));
  globalThis.setTimeout = original;
  return count;
}
