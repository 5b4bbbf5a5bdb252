import { PIPELINE, type StageName } from '@mle-smith/contracts';
import { isTerminal } from '@mle-smith/task';
import { allSubjects } from './each-subject.ts';
import type { EventBus, NewsHandler, Taken } from './event-bus.ts';
import { InProcessEventBus } from './in-process-event-bus.ts';
import { newSubject } from './new-subject.ts';
import type { StageHandler } from './stage.ts';
import { StationRun, type StationRunOptions, type Trouble } from './station-run.ts';
import { Bench } from './testing/bench.ts';
import { HostileEventBus } from './testing/hostile-event-bus.ts';
import { BLOCKING, scriptedStages } from './testing/scripted-stages.ts';
import { DEFAULT_RETRY_POLICY, event } from './transitions.ts';

const APPS = [...new Set(PIPELINE.map((row) => row.app))];

/** Every station as a process of its own would run it, over one store and one bus. */
class Cluster extends Bench {
  readonly bus: EventBus;
  readonly troubles: Trouble[] = [];
  readonly runs: StationRun[] = [];
  readonly asked: string[] = [];

  constructor(bus: EventBus = new InProcessEventBus()) {
    super();
    this.bus = bus;
  }

  station(app: string, tasks: number, scripts: Partial<Record<StageName, StageHandler>>, more: Partial<StationRunOptions> = {}): StationRun {
    const run = new StationRun({
      store: this.store,
      bus: this.bus,
      stages: PIPELINE.filter((row) => row.app === app).map((row) => row.stage),
      handlers: this.counted(scriptedStages(tasks, scripts)),
      owner: `${app}-${this.runs.length}`,
      workers: 2,
      context: { artifacts: this.artifacts },
      policy: { backoffMs: 0 },
      pace: { lookMs: 5, sweepMs: 10 },
      onNotice: (notice) => {
        this.notices.push(notice);
        this.onNotice(notice);
      },
      onTrouble: (trouble) => this.troubles.push(trouble),
      ...more,
    });
    this.runs.push(run);
    return run;
  }

  async receive(id = 'd'): Promise<void> {
    await this.store.insert(newSubject({ id, kind: 'dataset', datasetId: id, state: 'dataset.received' }, this.clock.now() + DEFAULT_RETRY_POLICY.deadlineMs));
  }

  /** Runs the stations until so many tasks are at their end. */
  async untilEnded(tasks: number): Promise<void> {
    const running = this.runs.map((run) => run.start());
    for (;;) {
      const records = await allSubjects(this.store);
      if (records.filter(({ kind }) => kind === 'task').length === tasks && records.every(({ state, outbox }) => isTerminal(state) && outbox.length === 0))
        break;
      this.clock.advance(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(this.runs.map((run) => run.drain()));
    await Promise.all(running);
  }

  counted(handlers: Record<StageName, StageHandler>): Record<StageName, StageHandler> {
    const entries = Object.entries(handlers).map(([stage, handler]): [string, StageHandler] => [
      stage,
      (item, context) => {
        this.asked.push(`${stage} ${item.id}/${item.generation}`);
        return handler(item, context);
      },
    ]);
    return Object.fromEntries(entries) as Record<StageName, StageHandler>;
  }
}

/** Whether something came about within twenty seconds. */
async function waitUntil(holds: () => Promise<boolean>): Promise<boolean> {
  for (const until = performance.now() + 20_000; performance.now() < until;) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return false;
}

/** A bus that keeps what its handlers made of an event. */
class CountingBus extends InProcessEventBus {
  readonly taken: (Taken | void)[] = [];

  override subscribe(fact: string, handler: NewsHandler): void {
    super.subscribe(fact, async (event) => void this.taken.push(await handler(event)));
  }
}

const repairing: StageHandler = async (item) =>
  item.id === 'd-2' && item.generation === 1 ? { kind: 'returned', to: 'design', findings: [BLOCKING], documents: {} } : { kind: 'advanced', documents: {} };

describe('stations in processes of their own', () => {
  it.each(Array.from({ length: 10 }, (_, seed) => seed))('pass every task on once, over a hostile bus, seed %i', async (seed) => {
    const cluster = new Cluster(new HostileEventBus(seed));
    for (const app of APPS) for (let replica = 0; replica < 2; replica += 1) cluster.station(app, 4, { review: repairing });
    await cluster.receive();

    await cluster.untilEnded(4);

    expect(Object.values(await cluster.states()).filter((state) => state === 'task.verified')).toHaveLength(4);
    expect(new Set(cluster.asked).size).toBe(cluster.asked.length);
    expect(cluster.asked).toHaveLength(2 + 4 * 6 + 5);
    expect(await cluster.audit()).toEqual([]);
  });

  it('need no news: what nobody was told of is found in the store', async () => {
    const deaf: EventBus = { publish: async () => undefined, subscribe: () => undefined, idle: async () => undefined };
    const cluster = new Cluster(deaf);
    for (const app of APPS) cluster.station(app, 2, {});
    await cluster.receive();

    await cluster.untilEnded(2);

    expect(await cluster.states()).toMatchObject({ 'd-1': 'task.verified', 'd-2': 'task.verified' });
    expect(await cluster.audit()).toEqual([]);
  });

  it('keep events in their outboxes while the bus is out of reach, and say so', async () => {
    const bus = new InProcessEventBus();
    let refusals = 20;
    const publish = bus.publish.bind(bus);
    bus.publish = async (...parameters) => {
      refusals -= 1;
      if (refusals >= 0) throw Object.assign(new Error('no broker'), { code: 'ECONNREFUSED' });
      return publish(...parameters);
    };
    const cluster = new Cluster(bus);
    for (const app of APPS) cluster.station(app, 2, {});
    await cluster.receive();

    await cluster.untilEnded(2);

    expect(cluster.troubles.filter(({ during }) => during === 'relay').length).toBeGreaterThanOrEqual(20);
    expect(new Set(cluster.asked).size).toBe(cluster.asked.length);
    expect(await cluster.audit()).toEqual([]);
  });

  it('make a task of every proposal while the bus is out of reach', async () => {
    const bus = new InProcessEventBus();
    bus.publish = async () => {
      throw Object.assign(new Error('no broker'), { code: 'ECONNREFUSED' });
    };
    const cluster = new Cluster(bus);
    for (const app of APPS) cluster.station(app, 3, {}, { pace: { lookMs: 5, sweepMs: 60_000 } });
    await cluster.receive();
    const running = cluster.runs.map((run) => run.start());

    const all = await waitUntil(async () => Object.keys(await cluster.states()).length === 4);
    await Promise.all(cluster.runs.map((run) => run.stop()));
    await Promise.all(running);

    expect(all).toBe(true);
    expect((await cluster.store.get('d'))?.outbox.length).toBeGreaterThanOrEqual(3);
  });

  it('end what nobody takes on, tell of each, and do so though outboxes cannot be read', async () => {
    const cluster = new Cluster();
    cluster.store.pendingEvents = async () => {
      throw Object.assign(new Error('the store is gone'), { code: 'store_unreachable' });
    };
    const run = cluster.station('design', 1, {});
    const running = run.start();
    await waitUntil(async () => cluster.troubles.length > 0);
    await cluster.receive();
    cluster.clock.advance(DEFAULT_RETRY_POLICY.deadlineMs);

    const ended = await waitUntil(async () => cluster.notices.length > 0);
    await run.stop();
    await running;

    expect(ended).toBe(true);
    expect(cluster.notices).toMatchObject([{ record: { id: 'd' }, stage: 'ingest', phase: 'overdue', outcome: 'ended', code: 'stuck', to: 'dataset.refused' }]);
    expect(await cluster.states()).toEqual({ d: 'dataset.refused' });
  });

  it('look at deadlines while the bus takes its time, and put off no look at outboxes until later', async () => {
    const bus = new InProcessEventBus();
    const [begun, taken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    bus.publish = () => (begun.resolve(), taken.promise);
    const cluster = new Cluster(bus);
    const looks = { overdue: 0, pendingEvents: 0 };
    for (const name of ['overdue', 'pendingEvents'] as const) {
      const look = cluster.store[name].bind(cluster.store) as (...parameters: unknown[]) => Promise<unknown>;
      Object.assign(cluster.store, { [name]: (...parameters: unknown[]) => ((looks[name] += 1), look(...parameters)) });
    }
    const news = event('dataset.received', { id: 'd', datasetId: 'd', generation: 1 }, {}, cluster.clock.now());
    await cluster.store.insert({ ...newSubject({ id: 'd', kind: 'dataset', datasetId: 'd', state: 'dataset.received' }, Infinity), outbox: [news] });
    cluster.clock.advance(1_000);
    const run = cluster.station('design', 1, {});
    const running = run.start();
    await begun.promise;
    const [deadlines, outboxes] = [looks.overdue, looks.pendingEvents];

    const looked = await waitUntil(async () => looks.overdue >= deadlines + 20);
    taken.resolve();
    await run.stop();
    await running;

    expect(looked).toBe(true);
    expect(looks.pendingEvents - outboxes).toBeLessThan(10);
    expect((await cluster.store.get('d'))?.outbox).toEqual([]);
  });

  it('give what became overdue while nobody was at work another term', async () => {
    const cluster = new Cluster();
    await cluster.receive();
    cluster.clock.advance(2 * DEFAULT_RETRY_POLICY.deadlineMs);
    let looks = 0;
    const overdue = cluster.store.overdue.bind(cluster.store);
    cluster.store.overdue = (limit) => {
      looks += 1;
      return looks === 1 ? Promise.reject(Object.assign(new Error('the store is gone'), { code: 'store_unreachable' })) : overdue(limit);
    };
    const run = cluster.station('design', 1, {});
    const running = run.start();

    await waitUntil(async () => looks > 4);
    await run.stop();
    await running;

    expect(await cluster.store.get('d')).toMatchObject({
      state: 'dataset.received',
      deadline: cluster.clock.now() + DEFAULT_RETRY_POLICY.deadlineMs,
    });
    expect(cluster.troubles).toMatchObject([{ during: 'sweep' }]);
  });

  it('give what became overdue while the store was away another term', async () => {
    const cluster = new Cluster();
    await cluster.receive();
    let [looks, away] = [0, false];
    const overdue = cluster.store.overdue.bind(cluster.store);
    cluster.store.overdue = (limit) => {
      looks += 1;
      return away ? Promise.reject(Object.assign(new Error('the store is gone'), { code: 'store_unreachable' })) : overdue(limit);
    };
    const run = cluster.station('design', 1, {});
    const running = run.start();
    await waitUntil(async () => looks > 2);

    away = true;
    await waitUntil(async () => cluster.troubles.length > 0);
    cluster.clock.advance(2 * DEFAULT_RETRY_POLICY.deadlineMs);
    away = false;
    const back = looks;
    await waitUntil(async () => looks > back + 2);
    await run.stop();
    await running;

    expect(await cluster.states()).toEqual({ d: 'dataset.received' });
  });

  it('wait until the store is back and lose no finished work', async () => {
    const cluster = new Cluster();
    for (const name of ['claim', 'apply', 'settleEvent'] as const) {
      const change = cluster.store[name].bind(cluster.store) as (...parameters: unknown[]) => Promise<unknown>;
      let calls = 0;
      const failing = async (...parameters: unknown[]): Promise<unknown> => {
        calls += 1;
        if (calls % 4 === 0) throw Object.assign(new Error('the store is gone'), { code: 'ECONNREFUSED' });
        return change(...parameters);
      };
      Object.assign(cluster.store, { [name]: failing });
    }
    for (const app of APPS) cluster.station(app, 2, {});
    await cluster.receive();

    await cluster.untilEnded(2);

    expect([...new Set(cluster.troubles.map(({ during }) => during))]).toEqual(expect.arrayContaining(['work', 'result', 'relay']));
    expect(new Set(cluster.asked).size).toBe(cluster.asked.length);
    expect(await cluster.audit()).toEqual([]);
  });

  it('take no work while they are held', async () => {
    const cluster = new Cluster();
    const [looked, worked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let looks = 0;
    let isHeld = true;
    const held = (): boolean => {
      looks += 1;
      if (looks === 5) looked.resolve();
      return isHeld;
    };
    const ingest: StageHandler = async () => {
      worked.resolve();
      return { kind: 'advanced', documents: {} };
    };
    const run = cluster.station('ingest', 1, { ingest }, { held });
    await cluster.receive();
    const running = run.start();

    await looked.promise;
    const before = [...cluster.asked];
    isHeld = false;
    await worked.promise;
    await run.drain();
    await running;

    expect(before).toEqual([]);
    expect(await cluster.states()).toEqual({ d: 'dataset.registered' });
  });

  it('hand work in hand back without charge when they are stopped', async () => {
    const cluster = new Cluster();
    const begun = Promise.withResolvers<void>();
    const endless: StageHandler = () => {
      begun.resolve();
      return new Promise(() => undefined);
    };
    const run = cluster.station('ingest', 1, { ingest: endless });
    await cluster.receive();
    const running = run.start();
    await begun.promise;

    await run.stop();
    await running;

    expect(await cluster.store.get('d')).toMatchObject({ state: 'dataset.received', attempts: 0, infraRetries: 0 });
    expect((await cluster.store.get('d'))?.lease).toBeUndefined();
  });

  it('hold what they work on for as long as they are told, in place of what the pipeline says', async () => {
    const cluster = new Cluster();
    const begun = Promise.withResolvers<void>();
    const run = cluster.station('ingest', 1, { ingest: () => (begun.resolve(), new Promise(() => undefined)) }, { leaseMs: 7_000 });
    await cluster.receive();
    const running = run.start();
    await begun.promise;

    const held = await cluster.store.get('d');
    await run.stop();
    await running;

    expect(held?.lease?.until).toBe(cluster.clock.now() + 7_000);
  });

  it('end when they are stopped, though the store never comes back', async () => {
    const cluster = new Cluster();
    const lost = Promise.withResolvers<void>();
    cluster.store.apply = async () => {
      lost.resolve();
      throw Object.assign(new Error('the store is gone'), { code: 'store_unreachable' });
    };
    cluster.store.release = cluster.store.apply as never;
    const run = cluster.station('ingest', 1, {});
    await cluster.receive();
    const running = run.start();
    await lost.promise;

    const drained = run.drain();
    await run.stop();

    await Promise.all([drained, running]);
    expect((await cluster.store.get('d'))?.lease).toMatchObject({ owner: 'ingest-0' });
  });
});

describe('news that a stranger forged', () => {
  it('make no task and change none: a proposal becomes its task where its dataset waits to tell of it', async () => {
    const bus = new InProcessEventBus();
    const cluster = new Cluster(bus);
    for (const app of APPS) cluster.station(app, 1, {});
    const forged = event('task.proposed', { id: 'd-1', datasetId: 'd', generation: 1 }, { proposal: 'sha256:forged' }, 0);

    await bus.publish('task.proposed', 'd-1', forged);
    await bus.publish('task.proposed', 'ghost', { ...forged, subject: 'ghost', data: { ...forged.data, datasetId: 'nobody' } });
    const made = await allSubjects(cluster.store);
    await cluster.receive();
    await cluster.untilEnded(1);

    expect(made).toEqual([]);
    expect((await cluster.store.get('d-1'))?.documents['proposal']).not.toBe('sha256:forged');
    expect(await cluster.audit()).toEqual([]);
  });
});

describe('news that come again', () => {
  it('are told apart: what is news, what is over, and what was a generation before', async () => {
    const bus = new CountingBus();
    const cluster = new Cluster(bus);
    cluster.station('design', 1, {});
    const task = { id: 't', datasetId: 'd', generation: 2 };
    await cluster.store.insert({ ...newSubject({ id: 't', kind: 'task', datasetId: 'd', state: 'task.proposed' }, 1), generation: 2 });
    const hear = (generation: number): Promise<void> => bus.publish('task.proposed', 't', event('task.proposed', { ...task, generation }, {}, 0));

    await hear(2);
    await hear(1);
    await cluster.store.apply('t', 0, {
      state: 'task.designed',
      history: { generation: 2, attempt: 1, from: 'task.proposed', to: 'task.designed', outcome: 'advanced' },
    });
    await hear(2);

    expect(bus.taken).toEqual(['accepted', 'stale', 'repeated']);
  });
});
