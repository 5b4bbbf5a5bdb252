import { createHash } from 'node:crypto';
import { describeServer, waitFor } from '@mle-smith/tools/testbed';
import type { Message } from 'kafkajs';
import { DeadLetterArchive } from './dead-letter-archive.ts';
import { written } from './envelope.ts';
import { newsOf, poisonOf } from './drills/poison.ts';
import { KafkaBench } from './testing/kafka-bench.ts';

const FACT = 'task.proposed';
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
      get: async (digest: string) => kept.get(digest) ?? Promise.reject(Object.assign(new Error('missing'), { code: 'artifact_missing' })),
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
});
