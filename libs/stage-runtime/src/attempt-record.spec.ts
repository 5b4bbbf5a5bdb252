import { MOST_EVENT_BYTES, MOST_EVENTS } from '@mle-smith/contracts';
import { AttemptRecord, noteEvent, withUse, type NotedEvent } from './attempt-record.ts';
import { Bench } from './testing/index.ts';

const job = (name: string, more: Partial<Extract<NotedEvent, { kind: 'job' }>> = {}): NotedEvent => ({
  kind: 'job',
  name,
  zone: 'measure',
  place: 'sandbox',
  status: 'succeeded',
  queuedMs: 0,
  runMs: 10,
  cpuSeconds: 0.1,
  ...more,
});
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the record of an attempt', () => {
  it('holds what its own work sets off, however it is interleaved with that of others, and nothing that comes beside all', async () => {
    const records = [new AttemptRecord(), new AttemptRecord()];
    const names = ['a', 'b'];

    await Promise.all(
      records.map((record, place) =>
        record.during(async () => {
          for (const step of [1, 2]) {
            await settled();
            noteEvent(job(`${names[place] ?? ''}${step}`), performance.now());
          }
        }),
      ),
    );
    noteEvent(job('nobody'), performance.now());

    expect(records.map(({ account }) => account.events?.map((event) => event.kind === 'job' && event.name))).toEqual([
      ['a1', 'a2'],
      ['b1', 'b2'],
    ]);
    expect(records[0]?.account).toMatchObject({ cpuSeconds: 0.2 });
    expect(new AttemptRecord().account).toEqual({});
  });

  it('tells events in the order in which they began', () => {
    const record = new AttemptRecord();
    const now = performance.now();
    record.note(job('long, ends first'), now + 50);
    record.note(job('begun before'), now + 20);

    expect(record.account.events?.map((event) => event.kind === 'job' && event.name)).toEqual(['begun before', 'long, ends first']);
  });

  it('keeps the first and the last of many, says how many are left out, and adds up all of them', () => {
    const record = new AttemptRecord();
    for (let place = 0; place < 500; place += 1) record.note(job(`j${place}`, { gpuSeconds: 2 }), performance.now());

    const { events = [], moreEvents = 0, cpuSeconds, gpuSeconds } = record.account;

    expect(events.length).toBeLessThanOrEqual(MOST_EVENTS);
    expect(Buffer.byteLength(JSON.stringify(events))).toBeLessThanOrEqual(MOST_EVENT_BYTES);
    expect(events.length + moreEvents).toBe(500);
    expect([events[0], events.at(-1)].map((event) => event?.kind === 'job' && event.name)).toEqual(['j0', 'j499']);
    expect([cpuSeconds, gpuSeconds]).toEqual([50, 1_000]);
  });

  it('stays within its bytes where each event is as long as it may be', () => {
    const record = new AttemptRecord();
    for (let place = 0; place < MOST_EVENTS; place += 1)
      record.note(job('n'.repeat(150), { place: 'p'.repeat(150), status: 's'.repeat(150) }), performance.now());

    const { events = [], moreEvents = 0 } = record.account;

    expect(Buffer.byteLength(JSON.stringify(events))).toBeLessThanOrEqual(MOST_EVENT_BYTES);
    expect(events.length).toBeGreaterThan(8);
    expect(events.length + moreEvents).toBe(MOST_EVENTS);
  });
});

describe('withUse', () => {
  it('adds an attempt to its stage and leaves others as they are', () => {
    const once = withUse(undefined, 'design', 1_500, { cpuSeconds: 0.1 });
    const twice = withUse(withUse(once, 'review', 10, {}), 'design', 500, { cpuSeconds: 0.2, gpuSeconds: 3 });

    expect(twice).toEqual({
      design: { attempts: 2, seconds: 2, cpuSeconds: 0.3, gpuSeconds: 3 },
      review: { attempts: 1, seconds: 0.01, cpuSeconds: 0, gpuSeconds: 0 },
    });
  });
});

describe('a line of the history', () => {
  it('has what the attempt set off, took and left, and lost attempts before it; the subject has the sums by stage', async () => {
    const bench = new Bench();
    let tried = 0;
    const run = await bench.run(1, {
      design: async (item) => {
        await settled();
        noteEvent(job(`job-${item.attempt}`), performance.now());
        tried += 1;
        if (tried === 1) throw new Error('a slip');
        return { kind: 'advanced', documents: { design: 'sha256:d' } };
      },
    });

    await run.start();

    const id = [...Object.keys(await bench.states())].find((name) => name !== 'd') ?? '';
    const design = (await bench.store.history(id)).filter(({ stage }) => stage === 'design');
    expect(design).toMatchObject([
      { outcome: 'failed', cpuSeconds: 0.1, events: [{ kind: 'job', name: 'job-1' }] },
      { outcome: 'advanced', cpuSeconds: 0.1, events: [{ kind: 'job', name: 'job-2' }], documents: { design: 'sha256:d' } },
    ]);
    expect(design[0]?.documents).toBeUndefined();
    expect((await bench.store.get(id))?.used).toMatchObject({ design: { attempts: 2, cpuSeconds: 0.2 }, review: { attempts: 1, cpuSeconds: 0 } });
  });

  it('says how many workers were lost before it, and which', async () => {
    const bench = new Bench();
    const run = await bench.run(0, {});
    for (const worker of ['dies', 'dies too']) {
      await bench.store.claim(['dataset.received'], worker, 1_000);
      bench.clock.advance(2_000);
    }

    await run.start();

    const history = await bench.store.history('d');
    expect(history.map(({ stage, lostLeases, lost }) => [stage, lostLeases, lost?.map(({ worker }) => worker)])).toEqual([
      ['ingest', 2, ['dies', 'dies too']],
      ['brainstorm', undefined, undefined],
    ]);
  });
});
