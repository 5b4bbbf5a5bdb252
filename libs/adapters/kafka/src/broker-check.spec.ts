import { describeOwnServer, describeServer, waitFor } from '@mle-smith/tools/testbed';
import { KafkaBench } from './testing/kafka-bench.ts';

const FACT = 'task.proposed';

await describeServer('the topics of a bus', 'kafka', (server) => {
  it('have to be there where they are heard or published, and all that are missing are named', async () => {
    const bench = await new KafkaBench(server.address).topics(FACT);
    const bus = bench.bus({ publishes: [FACT, 'task.designed', 'task.returned'] });
    bus.subscribe(FACT, async () => undefined);
    const topics = ['task.designed', 'task.returned'].map((fact) => `${bench.prefix}${fact}`).join(',');
    const missing = { code: 'bus_topic_missing', message: expect.stringContaining(`[topics=${topics}]`) as string };

    await expect(bus.checkTopics()).rejects.toMatchObject(missing);
    await expect(bus.start()).rejects.toMatchObject(missing);
    await bench.topics('task.designed', 'task.returned');

    await bus.checkTopics();
    await bus.start();
    await bench.close();
  });
});

await describeOwnServer('the brokers of a bus', 'kafka', (own) => {
  it('are told to be away as soon as they are, and to be there again afterwards', async () => {
    const bench = new KafkaBench(own.server.address);
    const bus = bench.bus();
    const isThere = (): Promise<boolean> =>
      bus.check().then(
        () => true,
        () => false,
      );
    await bus.check();

    await own.stop('SIGKILL');
    await expect(bus.check()).rejects.toMatchObject({ code: 'bus_unreachable' });
    await expect(bus.checkTopics()).rejects.toMatchObject({ code: 'bus_unreachable' });
    await own.start();

    expect(await waitFor(isThere, 30_000)).toBe(true);
    await bench.close();
  }, 120_000);
});
