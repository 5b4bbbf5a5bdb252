import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describeServer, waitFor } from '@mle-smith/tools/testbed';
import kafkajs from 'kafkajs';
import { written } from '../envelope.ts';
import { KafkaBench, news } from '../testing/kafka-bench.ts';
import { topicOf } from '../topics.ts';
import { snappyCodec } from './snappy.ts';
import { zstdCodec } from './zstd.ts';

const FACT = 'task.proposed';
/** A Java program is run from its source where a whole JDK is here. */
const compiles = await promisify(execFile)('javac', ['-version']).then(
  () => true,
  () => false,
);

describe.each([
  ['snappy', snappyCodec],
  ['zstd', zstdCodec],
])('%s', (_, codec) => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['one block', Buffer.from('once upon a time')],
    ['text of many blocks', Buffer.from('all work and no play '.repeat(20_000))],
    ['noise', randomBytes(300_000)],
  ])('packs and unpacks %s', async (_name, bytes) => {
    expect((await codec.decompress(await codec.compress({ buffer: bytes }))).equals(bytes)).toBe(true);
  });
});

await describeServer('batches in each codec', 'kafka', (server) => {
  /** Writes `amount` events in one codec and counts those that arrive. */
  const arrivals = async (write: (bench: KafkaBench) => Promise<void>, amount: number): Promise<number> => {
    const bench = await new KafkaBench(server.address).topics(FACT);
    const seen = new Set<string>();
    const bus = bench.bus();
    bus.subscribe(FACT, async ({ subject }) => void seen.add(subject));
    await write(bench);
    await bus.start();
    await waitFor(() => seen.size >= amount || bench.count('crashed') > 0, 20_000);
    await bench.close();
    return seen.size;
  };

  it.each(['GZIP', 'Snappy', 'ZSTD'] as const)('are read when kafkajs wrote them in %s', async (codec) => {
    const messages = Array.from({ length: 200 }, (_, index) => {
      const { headers, body } = written(news(FACT, `t${index}`));
      return { key: 'k', headers, value: body };
    });

    expect(await arrivals((bench) => bench.write(FACT, messages, kafkajs.CompressionTypes[codec]), 200)).toBe(200);
  });

  const home = server.details['certificate'] === undefined ? undefined : dirname(server.details['certificate']);
  // The clients of Kafka itself, from the jars of the broker; a server of the environment brings none.
  (home === undefined || !compiles ? it.skip : it)('are read when a Java producer (JDK 17) wrote them in gzip, snappy, lz4 and zstd', async () => {
    const program = join(import.meta.dirname, '../testing/JavaProducer.java');
    const write = async (bench: KafkaBench): Promise<void> => {
      const { headers, body } = written(news(FACT, 'SUBJECT'));
      const fields = [body.toString(), ...Object.entries(headers).flat()];
      const topic = topicOf(FACT, bench.prefix);
      await promisify(execFile)('java', ['-cp', join(home ?? '', 'jars/*'), program, server.address, topic, 'gzip,snappy,lz4,zstd', '100', ...fields]);
    };

    expect(await arrivals(write, 400)).toBe(400);
  });
});
