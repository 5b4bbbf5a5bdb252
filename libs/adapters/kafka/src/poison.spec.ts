import { createHash } from 'node:crypto';
import { describeServer, waitFor } from '@mle-smith/tools/testbed';
import kafkajs, { type Message } from 'kafkajs';
import { DeadLetterArchive } from './dead-letter-archive.ts';
import { written } from './envelope.ts';
import { newsOf, poisonOf } from './drills/poison.ts';
import { KafkaBench } from './testing/kafka-bench.ts';

const FACT = 'task.proposed';
/** Of the headers and the key of a message in these specs. */
const BYTES =
  1 +
  Object.entries(written(newsOf('task.proposed', 'bad')).headers)
    .flat()
    .join('').length;
const ARRIVING = poisonOf(FACT);
const { headers } = written(newsOf(FACT, 'bad'));

await describeServer('messages that cannot be used', 'kafka', (server) => {
  it('become dead letters with their bytes and a reason, once each, while good ones among them flow', async () => {
    const bench = await new KafkaBench(server.address).topics(FACT);
    const bus = bench.bus();
    const seen: { subject: string; data: object }[] = [];
    bus.subscribe(FACT, async ({ subject, data }) => void seen.push({ subject, data }));
    await bus.start();
    const good = (subject: string): Message => ({ key: 'k', headers: written(newsOf(FACT, subject)).headers, value: written(newsOf(FACT, subject)).body });
    const rows = Object.values(ARRIVING);

    // One key: everything lies in one partition, each bad one before a good one.
    await bench.write(
      FACT,
      rows.flatMap(({ message }, index) => [{ ...message, key: 'k' }, good(`good${index}`)]),
    );
    const all = await waitFor(() => seen.filter(({ subject }) => subject.startsWith('good')).length >= rows.length, 20_000);
    const letters = await new DeadLetterArchive(bench.connection, bench.prefix).list();
    await bench.close();

    expect(all).toBe(true);
    const unusable = rows.filter(({ expected }) => expected !== 'parked' && expected !== 'taken');
    expect(letters.map(({ reason }) => reason)).toEqual(unusable.map(({ expected }) => expected));
    expect(letters.map(({ value }) => value?.toString('latin1') ?? null)).toEqual(
      unusable.map(({ message }) => (message.value === null || message.value === undefined ? null : Buffer.from(message.value).toString('latin1'))),
    );
    expect(letters[0]).toMatchObject({ topic: `${bench.prefix}${FACT}`, offset: '0', deliveries: 1, version: '1.2.3', eventId: headers['ce_id'] });
    expect(letters[0]?.key?.toString()).toBe('k');
    expect(bench.count('handled', 'parked')).toBe(1);
    expect(bench.count('crashed')).toBe(0);
    expect(seen).toContainEqual({ subject: 'newer', data: expect.objectContaining({ mood: 'good' }) });
    expect(seen.map(({ subject }) => subject)).toContain('junk');
  });

  it.each([
    ['is larger than any dead letter', [{ value: Buffer.alloc(3_000_000) }], { reason: 'oversize', lostBytes: 3_000_000 + BYTES, value: null }],
    ['is larger than what is unpacked', [{ value: Buffer.alloc(20_000_000) }, { value: Buffer.alloc(10) }], { reason: 'not_unpacked', value: null }],
    [
      'has more headers than can be looked at in a minute',
      [{ value: 'x', headers: Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`h${index}`, ''])) }],
      { reason: 'not_unpacked', value: Buffer.from('x') },
    ],
  ])(
    'become dead letters in every codec where one %s when it is unpacked, and what comes behind flows',
    async (_, messages, letter) => {
      const bench = await new KafkaBench(server.address).topics(FACT);
      const bus = bench.bus();
      const seen: string[] = [];
      bus.subscribe(FACT, async ({ subject }) => void seen.push(subject));
      const good = written(newsOf(FACT, 'good'));
      for (const codec of [kafkajs.CompressionTypes.GZIP, kafkajs.CompressionTypes.Snappy, kafkajs.CompressionTypes.ZSTD])
        await bench.write(
          FACT,
          messages.map((message) => ({ headers, ...message, key: 'k' })),
          codec,
        );
      await bench.write(FACT, [{ key: 'k', headers: good.headers, value: good.body }]);

      await bus.start();
      await waitFor(() => seen.length > 0 || bench.count('crashed') > 0, 50_000);
      const archive = new DeadLetterArchive(bench.connection, bench.prefix);
      const letters = await archive.list();
      const sentBack = await archive.redrive(['0']).catch((error: unknown) => error);
      await bench.close();

      expect({ seen, crashes: bench.crashes }).toEqual({ seen: ['good'], crashes: [] });
      expect(letters).toEqual(
        Array.from({ length: 3 * messages.length }, (__, offset) => expect.objectContaining({ ...letter, offset: String(offset) }) as unknown),
      );
      expect(sentBack).toEqual(letter.reason === 'oversize' ? expect.objectContaining({ code: 'dead_letter_unfit' }) : [letters[0]]);
    },
    120_000,
  );

  it('are not sent to topics that are not of this installation, whatever a letter says of itself', async () => {
    const bench = await new KafkaBench(server.address).topics(FACT);
    const dead = (topic: string): Message => ({ value: 'x', headers: { 'dlq-topic': topic, 'dlq-reason': 'handler_failed' } });
    await bench.write('dead-letters', [dead('payments'), dead(`${bench.prefix}dead-letters`), dead(`${bench.prefix}${FACT}`)]);
    const archive = new DeadLetterArchive(bench.connection, bench.prefix);

    const refused = await Promise.all(['0', '1'].map((id) => archive.redrive(['2', id]).catch((error: unknown) => error)));
    const untouched = await archive.list();
    const sent = await archive.redrive(['2']);
    await bench.close();

    expect(refused).toEqual([expect.objectContaining({ code: 'dead_letter_unfit' }), expect.objectContaining({ code: 'dead_letter_unfit' })]);
    expect(untouched.map(({ settled }) => settled)).toEqual([undefined, undefined, undefined]);
    expect(sent).toHaveLength(1);
  });

  it('are listed also where the last record of their topic is none that anybody reads', async () => {
    const bench = await new KafkaBench(server.address).topics(FACT);
    const producer = bench.client.producer({ transactionalId: `${bench.prefix}stranger`, maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    for (const end of ['commit', 'abort'] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: `${bench.prefix}dead-letters`, messages: [{ value: 'x', headers: { 'dlq-topic': 'a', 'dlq-reason': end } }] });
      await transaction[end]();
    }
    await producer.disconnect();

    const letters = await new DeadLetterArchive(bench.connection, bench.prefix).list();
    await bench.close();

    expect(letters.map(({ reason }) => reason)).toEqual(['commit']);
  });

  it('are listed to the last, however many fetches they fill', async () => {
    const bench = await new KafkaBench(server.address).topics(FACT);
    const bus = bench.bus();
    bus.subscribe(FACT, async () => undefined);
    await bus.start();
    const large = { key: 'k', headers, value: Buffer.alloc(900_000, '{') };
    for (let count = 0; count < 6; count += 1) await bench.write(FACT, [large]);
    await waitFor(() => bench.count('dead_lettered') >= 6, 20_000);

    const letters = await new DeadLetterArchive(bench.connection, bench.prefix).list();
    await bench.close();

    expect(letters.map(({ value }) => value?.length)).toEqual(Array.from({ length: 6 }, () => 900_000));
  });

  it('can be sent back once the reader is mended, and twice changes nothing', async () => {
    const bench = await new KafkaBench(server.address).topics(FACT);
    const archive = new DeadLetterArchive(bench.connection, bench.prefix);
    let mended = false;
    const inbox = new Set<string>();
    let deliveries = 0;
    const bus = bench.bus({ maxDeliveries: 2 });
    bus.subscribe(FACT, async ({ id }) => {
      if (!mended) throw new Error('a fault of the reader');
      deliveries += 1;
      inbox.add(id);
    });
    await bus.start();
    await bus.publish(FACT, 't', newsOf(FACT, 't'));
    await bus.publish(FACT, 'u', newsOf(FACT, 'u'));
    await bus.idle();
    const [first, second] = await archive.list();
    mended = true;

    await archive.redrive([first?.id ?? '']);
    await archive.redrive([first?.id ?? '']);
    await archive.drop([second?.id ?? '']);
    await waitFor(() => deliveries === 2, 20_000);
    const after = await archive.list();
    await bench.close();

    expect(first).toMatchObject({ reason: 'handler_failed', deliveries: 2, error: expect.stringContaining('a fault of the reader') });
    expect([...inbox]).toEqual([first?.eventId]);
    expect(after.map(({ settled }) => settled)).toEqual(['redriven', 'dropped']);
    await expect(archive.show('99')).rejects.toMatchObject({ code: 'dead_letter_missing' });
  });

  it('does not happen to large events: those travel by reference', async () => {
    const bench = await new KafkaBench(server.address).topics(FACT);
    const kept = new Map<string, Uint8Array>();
    const blobs = {
      put: async (bytes: Uint8Array) => {
        const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
        kept.set(digest, bytes);
        return digest;
      },
      async *read(digest: string) {
        const bytes = kept.get(digest);
        if (bytes === undefined) throw Object.assign(new Error('missing'), { code: 'artifact_missing' });
        yield bytes;
      },
    };
    const bus = bench.bus({ blobs });
    const seen: number[] = [];
    bus.subscribe(FACT, async ({ data }) => void seen.push(data.documents['big']?.length ?? 0));
    await bus.start();
    const big = (kib: number) => newsOf(FACT, `t${kib}`, { big: 'x'.repeat(kib * 1024) });

    for (const kib of [255, 257, 5 * 1024]) await bus.publish(FACT, `t${kib}`, big(kib));
    await bus.idle();
    const refused = await bench
      .bus()
      .publish(FACT, 't', big(257))
      .catch((error: unknown) => error);
    await bench.close();

    expect(seen.sort((a, b) => a - b)).toEqual([255, 257, 5 * 1024].map((kib) => kib * 1024));
    expect(kept.size).toBe(2);
    expect(refused).toMatchObject({ code: 'event_too_large' });
  });

  it('happens to a reference to a blob that is no event, which is not read beyond the size of one', async () => {
    const bench = await new KafkaBench(server.address).topics(FACT);
    let given = 0;
    const blobs = {
      put: async () => '',
      async *read(digest: string) {
        for (; digest.endsWith('1') || given === 0; given += 1) yield Buffer.alloc(1 << 20, 'x');
      },
    };
    const bus = bench.bus({ blobs });
    bus.subscribe(FACT, async () => undefined);
    await bus.start();

    await bench.write(
      FACT,
      [`sha256:${'0'.repeat(64)}`, `sha256:${'1'.repeat(64)}`].map((digest) => ({ key: 'k', headers: { ...headers, ce_dataref: digest }, value: null })),
    );
    await waitFor(() => bench.count('dead_lettered') === 2, 20_000);
    const letters = await new DeadLetterArchive(bench.connection, bench.prefix).list();
    await bench.close();

    expect(letters.map(({ reason }) => reason)).toEqual(['not_json', 'oversize']);
    expect(given).toBeLessThan(20);
  });
});
