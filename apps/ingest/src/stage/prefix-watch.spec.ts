import type { SourceNotice } from '@mle-smith/contracts';
import { getJson, type FoundDataset } from '@mle-smith/package';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { InMemoryTaskStore } from '@mle-smith/stage-runtime/testing';
import { PrefixWatch } from './prefix-watch.ts';
import { PrefixWatcher } from './prefix-watcher.ts';

const QUIET_MS = 100;

/** A lake whose listing a test writes, watched by replicas on a clock of the test's own. */
class Lake {
  readonly store = new InMemoryTaskStore();
  readonly artifacts = new InMemoryArtifactStore();
  readonly notices: SourceNotice[] = [];
  time = 0;
  listing: FoundDataset[] = [];
  looks = 0;

  put(name: string, fingerprint: string, paths: readonly string[] = ['a.csv'], modifiedAt = new Date(0)): void {
    const objects = paths.map((path) => ({ key: `fruit/${name}/${path}`, path, bytes: 1, etag: fingerprint, modifiedAt }));
    this.listing = [...this.listing.filter((dataset) => dataset.name !== name), { name, objects, bytes: paths.length, fingerprint }];
  }

  replica(marker?: string, patienceMs = 0): PrefixWatch {
    return new PrefixWatch({
      bucket: 'lake',
      prefix: 'fruit/',
      source: {
        scan: async () => {
          this.looks += 1;
          return this.listing;
        },
      },
      store: this.store,
      artifacts: this.artifacts,
      quietMs: QUIET_MS,
      marker,
      patienceMs,
      now: () => this.time,
      onNotice: (notice) => this.notices.push(notice),
    });
  }

  /** Looks, lets the time pass in which nobody writes, and looks again. */
  async settle(...watches: PrefixWatch[]): Promise<void> {
    for (const watch of watches) await watch.look();
    this.time += QUIET_MS;
    await Promise.all(watches.map((watch) => watch.look()));
  }

  async ids(): Promise<string[]> {
    return (await this.store.page({}, 100)).records.map(({ id }) => id);
  }

  objects(outcome: string): number {
    return this.notices.reduce((sum, notice) => sum + (notice.kind === 'looked' && notice.outcome === outcome ? notice.objects : 0), 0);
  }
}

describe('a watched prefix', () => {
  it('takes a folder once nobody writes to it any more, and tells where it lies and which state is meant', async () => {
    const lake = new Lake();
    const watch = lake.replica();
    lake.put('Ripe pears', 'one', ['a.csv', 'b.csv']);

    await watch.look();
    lake.time += QUIET_MS - 1;
    await watch.look();
    expect(await lake.ids()).toEqual([]);
    lake.time += 1;
    await watch.look();

    const [record] = (await lake.store.page({}, 10)).records;
    expect(record).toMatchObject({ kind: 'dataset', state: 'dataset.received', id: expect.stringMatching(/^ripe-pears-[0-9a-f]{10}$/) });
    expect(await getJson(lake.artifacts, record?.documents['location'] ?? '')).toEqual({ kind: 's3', uri: 's3://lake/fruit/Ripe pears/', fingerprint: 'one' });
    expect(lake.notices).toContainEqual(
      expect.objectContaining({ kind: 'found', source: 'lake', dataset: record?.id, objects: 2, settledMs: QUIET_MS, by: 'quiet', gap: false }),
    );
    expect(lake.objects('taken')).toBe(2);
  });

  it('waits while somebody writes, and counts the wait from its first sight', async () => {
    const lake = new Lake();
    const watch = lake.replica();
    for (const fingerprint of ['one', 'two', 'three']) {
      lake.put('pears', fingerprint);
      await watch.look();
      lake.time += QUIET_MS - 1;
    }
    expect(await lake.ids()).toEqual([]);

    await lake.settle(watch);

    expect(await lake.ids()).toHaveLength(1);
    expect(lake.notices).toContainEqual(expect.objectContaining({ kind: 'found', settledMs: 3 * (QUIET_MS - 1) + QUIET_MS }));
  });

  it('takes each state once, whoever looks, how often, and after any restart', async () => {
    const lake = new Lake();
    const replicas = [lake.replica(), lake.replica(), lake.replica()];
    lake.put('pears', 'one');

    await lake.settle(...replicas);
    await lake.settle(...replicas);
    await lake.settle(lake.replica());
    const [first] = await lake.ids();
    lake.put('pears', 'two');
    await lake.settle(...replicas);
    lake.put('pears', 'one');
    await lake.settle(...replicas);

    const ids = await lake.ids();
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(first);
    expect(lake.objects('taken')).toBe(2);
    expect(lake.notices.filter(({ kind }) => kind === 'found')).toHaveLength(2);
  });

  it('takes a folder at once whose marker is the newest, waits for quiet where it is not, and for the marker where there is none', async () => {
    const lake = new Lake();
    const watch = lake.replica('_SUCCESS');
    lake.put('marked', 'm', ['a.csv', '_SUCCESS']);
    lake.put('written since', 'w', ['_SUCCESS']);
    lake.listing[1] = {
      ...lake.listing[1]!,
      objects: [...lake.listing[1]!.objects, { key: '', path: 'late.csv', bytes: 1, etag: '', modifiedAt: new Date(5) }],
    };
    lake.put('unmarked', 'u');

    await watch.look();
    expect((await lake.ids()).map((id) => id.slice(0, 6))).toEqual(['marked']);
    lake.time += 10 * QUIET_MS;
    await watch.look();

    expect((await lake.ids()).map((id) => id.replace(/-[^-]*$/, ''))).toEqual(['marked', 'written-since']);
    expect(lake.notices).toContainEqual(expect.objectContaining({ kind: 'found', by: 'marker' }));
  });

  it.each(['', '..', ' ', 'tab\there', 'n'.repeat(2_048)])('passes over a folder whose name is %j', async (name) => {
    const lake = new Lake();
    lake.put(name, 'one');

    await lake.settle(lake.replica());

    expect(await lake.ids()).toEqual([]);
    expect(lake.objects('refused')).toBe(2);
  });

  it('takes hints of its own folders only, and counts what no event told of once there are events', async () => {
    const lake = new Lake();
    const watch = lake.replica();
    lake.put('told', 't');
    lake.put('untold', 'u', ['a', 'b', 'c']);

    expect(
      ['s3://lake/fruit/told/', 's3://lake/fruit/', 's3://lake/fruit/a/b/', 's3://lake/else/a/', 's3://other/fruit/a/'].map((uri) => watch.tell(uri)),
    ).toEqual([true, false, false, false, false]);
    await lake.settle(watch);

    const gaps = lake.notices.flatMap((notice) => (notice.kind === 'found' && notice.gap ? [notice.objects] : []));
    expect(gaps).toEqual([3]);
  });
});

describe('replicas that watch one prefix', () => {
  const gapsOf = (lake: Lake): string[] => lake.notices.flatMap((notice) => (notice.kind === 'found' && notice.gap ? [notice.uri] : []));

  it('count no gap where an event told one of them, whichever looks first', async () => {
    const lake = new Lake();
    const [told, other] = [lake.replica(undefined, 2 * QUIET_MS), lake.replica(undefined, 2 * QUIET_MS)];
    other.tell('s3://lake/fruit/elsewhere/');
    lake.put('pears', 'one');
    told.tell('s3://lake/fruit/pears/');

    await lake.settle(other, told);

    expect([await lake.ids(), gapsOf(lake)]).toEqual([[expect.stringMatching(/^pears-/)], []]);
  });

  it('take what no event told of when nobody else has taken it, and count it as a gap once', async () => {
    const lake = new Lake();
    const replicas = [lake.replica(undefined, 2 * QUIET_MS), lake.replica(undefined, 2 * QUIET_MS)];
    for (const replica of replicas) replica.tell('s3://lake/fruit/elsewhere/');
    lake.put('pears', 'one');

    await lake.settle(...replicas);
    expect(await lake.ids()).toEqual([]);
    await lake.settle(...replicas);
    await lake.settle(...replicas);

    expect([(await lake.ids()).length, gapsOf(lake)]).toEqual([1, ['s3://lake/fruit/pears/']]);
  });

  it('forget what was told of once it was taken by any of them, or is gone', async () => {
    const lake = new Lake();
    const [told, other] = [lake.replica(), lake.replica()];
    lake.put('pears', 'one');
    for (const name of ['pears', 'gone']) told.tell(`s3://lake/fruit/${name}/`);
    await lake.settle(other);
    await told.look();
    lake.put('pears', 'two');
    lake.put('gone', 'back');

    await lake.settle(told);

    expect(gapsOf(lake).sort()).toEqual(['s3://lake/fruit/gone/', 's3://lake/fruit/pears/']);
  });
});

describe('watching prefixes', () => {
  it('pauses between two looks however many events come', async () => {
    const lake = new Lake();
    const watch = lake.replica();
    const stop = new AbortController();
    const watcher = new PrefixWatcher({ watches: [watch], everyMs: 3_600_000, leastPauseMs: 3_600_000, hasRoom: async () => true, onFault: () => undefined });
    const running = watcher.run(stop.signal);
    await until(() => lake.looks === 1);

    for (let turn = 0; turn < 50; turn += 1) {
      watcher.tell('s3://lake/fruit/pears/');
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect(lake.looks).toBe(1);
    stop.abort();
    await running;
  });

  it('looks from time to time, at once when it is told, not while there is no room, and survives a fault', async () => {
    const lake = new Lake();
    const watch = lake.replica('_SUCCESS');
    const stop = new AbortController();
    const faults: unknown[] = [];
    let room = false;
    const asked = Promise.withResolvers<void>();
    const watcher = new PrefixWatcher({
      watches: [watch],
      everyMs: 3_600_000,
      leastPauseMs: 0,
      hasRoom: async () => {
        asked.resolve();
        return room;
      },
      onFault: (source, error) => faults.push([source, error]),
    });
    const scan = lake.listing;
    const running = watcher.run(stop.signal);
    await asked.promise;
    expect(lake.looks).toBe(0);
    room = true;
    Object.defineProperty(lake, 'listing', { configurable: true, get: () => Promise.reject(new Error('away')) });

    await until(() => watcher.tell('s3://lake/fruit/pears/') && faults.length > 0);
    Object.defineProperty(lake, 'listing', { configurable: true, writable: true, value: scan });
    lake.put('pears', 'one', ['a.csv', '_SUCCESS']);
    await until(async () => watcher.tell('s3://lake/fruit/pears/') && (await lake.ids()).length > 0);
    stop.abort();

    await running;
    expect(faults[0]).toEqual(['lake', new Error('away')]);
    expect(await lake.ids()).toHaveLength(1);
  });
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
