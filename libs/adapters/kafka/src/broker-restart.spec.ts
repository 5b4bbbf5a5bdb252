import { describeOwnServer, waitFor } from '@mle-smith/tools/testbed';
import { KafkaBench, news } from './testing/kafka-bench.ts';

const FACT = 'task.proposed';

await describeOwnServer('a broker that is killed and comes back', 'kafka', (own) => {
  it('loses nothing, and ends no consumer', async () => {
    const bench = await new KafkaBench(own.server.address).topics(FACT);
    const bus = bench.bus();
    const seen = new Set<string>();
    bus.subscribe(FACT, async ({ subject }) => void seen.add(subject));
    await bus.start();
    /** As an outbox does: again until it is taken. */
    const publish = async (subject: string): Promise<void> => {
      const taken = () =>
        bus.publish(FACT, subject, news(FACT, subject)).then(
          () => true,
          () => false,
        );
      await waitFor(taken, 60_000);
    };
    await publish('before');

    await own.stop('SIGKILL');
    const during = publish('during');
    await own.start();
    await during;
    await publish('after');
    await waitFor(() => seen.size === 3, 60_000);
    await bench.close();

    expect([...seen].sort()).toEqual(['after', 'before', 'during']);
    expect(bench.crashes).toEqual([]);
    expect(bench.count('crashed')).toBe(0);
  }, 180_000);
});
