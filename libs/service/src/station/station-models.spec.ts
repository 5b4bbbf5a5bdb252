import { mendingOf, outcomeOfModelError, stageCodeOf, type ModelSource } from '@mle-smith/agent';
import { MODEL_FAULTS } from '@mle-smith/contracts';
import { newSubject, StationRun, InProcessEventBus, type StageHandler } from '@mle-smith/stage-runtime';
import { InMemoryTaskStore, ManualClock } from '@mle-smith/stage-runtime/testing';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { SERVICE_METRICS } from '@mle-smith/telemetry';
import type { FakeOpenAi, Step } from '@mle-smith/tools/fake-openai';
import { waitFor } from '@mle-smith/tools/testbed';
import type { EndpointWatch } from './endpoint-watch.ts';
import { byModels, byModelsOrRules, type Handlers } from './station-models.ts';
import { endpoint, KeptLog, optionsFor, settings } from './testing/scripted-endpoint.ts';

const TASKS = ['one', 'two', 'three'];
const LONGEST_MS = 15_000;
const ITEM = { stage: 'design', kind: 'task', id: 'one', datasetId: 'cars', generation: 1, attempt: 1, documents: {}, findings: [] } as const;
const CONTEXT = { artifacts: new InMemoryArtifactStore(), signal: new AbortController().signal };

/** A station of designs whose agent asks one thing, at an endpoint whose answers a test decides. */
class Station {
  readonly clock = new ManualClock();
  readonly store = new InMemoryTaskStore(this.clock.now);
  readonly kept = new KeptLog();
  readonly stop = new AbortController();
  answer: (content: string) => Step = () => ({ content: 'yes' });
  server: FakeOpenAi | undefined;
  #running: { readonly run: StationRun; readonly done: Promise<void> } | undefined;

  async serve(): Promise<string> {
    this.server = await endpoint((content) => this.answer(content));
    return this.server.url;
  }

  readonly compose = async (models: ModelSource | undefined): Promise<Handlers> => {
    const design: StageHandler = async ({ id }, { signal }) => {
      if (models === undefined) return { kind: 'ended', code: 'cancelled', message: 'by rules' };
      const model = models.at({ agent: 'designer', stage: 'design', subject: id, dataset: 'cars', generation: 1 });
      try {
        await model.complete({ messages: [{ role: 'user', content: `design ${id}` }], maxTokens: 10 }, signal);
        return { kind: 'advanced', documents: {} };
      } catch (error) {
        return outcomeOfModelError(error);
      }
    };
    return { design };
  };

  async thinking(url: string) {
    const models = await optionsFor(settings({ MLE_SMITH_MODEL_URL: url }));
    return {
      models: { ...models, retries: { tries: 1, rateTries: 1, firstWaitMs: 1, longestWaitMs: 1, totalMs: 1_000 } },
      compose: this.compose,
      log: this.kept.log,
      stopping: this.stop.signal,
    };
  }

  async work(handlers: Handlers, watch?: EndpointWatch): Promise<void> {
    for (const id of TASKS) await this.store.insert(newSubject({ id, kind: 'task', datasetId: 'cars', state: 'task.proposed' }, this.clock.now() + 86_400_000));
    const run = new StationRun({
      store: this.store,
      bus: new InProcessEventBus(),
      stages: ['design'],
      handlers,
      ...(watch === undefined ? {} : { held: () => watch.refuses }),
      owner: 'design-0',
      workers: 1,
      context: { artifacts: new InMemoryArtifactStore() },
      policy: { backoffMs: 0 },
      pace: { lookMs: 5, sweepMs: 50 },
    });
    this.#running = { run, done: run.start() };
  }

  async states(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries(await Promise.all(TASKS.map(async (id) => [id, (await this.store.get(id))?.state ?? ''] as const)));
  }

  async until(expected: Readonly<Record<string, string>>): Promise<void> {
    await waitFor(async () => {
      this.clock.advance(10_000);
      return JSON.stringify(await this.states()) === JSON.stringify(expected);
    }, LONGEST_MS);
    expect(await this.states()).toEqual(expected);
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.#running?.run.stop();
    await this.#running?.done;
    await this.server?.close();
  }
}

const all = (state: string): Readonly<Record<string, string>> => Object.fromEntries(TASKS.map((id) => [id, state]));

describe('a station whose models', () => {
  let station: Station;
  beforeEach(() => void (station = new Station()));
  afterEach(() => station.close());

  it('wait for a bill claims nothing until it is paid, and no task is charged', async () => {
    station.answer = () => ({ fault: 'quota' });
    const options = await station.thinking(await station.serve());
    const { handlers, watch } = await byModels(options, { pauseMs: 20 });

    await station.work(handlers, watch);
    await waitFor(() => station.kept.codes().filter((code) => code === 'model.refused').length >= 3, LONGEST_MS);
    const asked = station.server!.calls.filter(({ request }) => JSON.stringify(request.messages).includes('design ')).length;
    const waiting = await station.states();
    expect(() => watch.check()).toThrow('quota');
    expect(watch.wants).toBe('quota');
    station.answer = () => ({ content: 'yes' });
    await station.until(all('task.designed'));

    expect({ asked, waiting }).toEqual({ asked: 1, waiting: all('task.proposed') });
    expect(() => watch.check()).not.toThrow();
    expect(watch.wants).toBeUndefined();
    expect(await station.store.history('one')).toMatchObject([
      { outcome: 'retry', code: 'model_quota', attempt: 1 },
      { outcome: 'advanced', attempt: 1 },
    ]);
    expect(station.kept.codes().at(-1)).toBe('model.recovered');
  });

  it('want somebody tell in metrics what for, by every fault that somebody has to mend', () => {
    const { values } = SERVICE_METRICS.mlesmith_llm_endpoint_refuses.labels.reason;

    expect([...values].sort()).toEqual(MODEL_FAULTS.filter((fault) => mendingOf(stageCodeOf(fault)) === 'operator').sort());
  });

  it('want a key and are out of reach for a while still want the key', async () => {
    let fault: Step = { fault: 'unauthorized' };
    station.answer = () => fault;
    const { handlers, watch } = await byModels(await station.thinking(await station.serve()), { pauseMs: 20 });

    await station.work(handlers, watch);
    await waitFor(() => watch.wants === 'auth', LONGEST_MS);
    fault = { fault: 'server-error' };
    const toldBefore = station.kept.lines.length;
    await waitFor(() => station.kept.lines.length >= toldBefore + 2, LONGEST_MS);

    expect(() => watch.check()).toThrow(expect.objectContaining({ code: 'transport' }) as Error);
    expect(watch.wants).toBe('auth');
  });

  it('do not take the request of one task end that task soon, and work on at the others', async () => {
    station.answer = (content) => (content.includes('design two') ? { fault: 'refused' } : { content: 'yes' });
    const { handlers, watch } = await byModels(await station.thinking(await station.serve()), { pauseMs: 20 });

    await station.work(handlers, watch);
    await station.until({ one: 'task.designed', two: 'task.abandoned', three: 'task.designed' });

    expect(await station.store.get('two')).toMatchObject({ code: 'infra_exhausted' });
    expect(await station.store.history('two')).toHaveLength(3);
    expect(station.kept.codes()).toEqual([]);
  });

  it('are out of reach at the start waits for them and says so', async () => {
    const url = await station.serve();
    await station.server!.close();
    const opening = byModels(await station.thinking(url));
    await waitFor(() => station.kept.lines.length > 0, LONGEST_MS);

    expect(station.kept.lines[0]).toMatchObject({ code: 'service.not_ready', data: { dependency: 'models' } });
    station.stop.abort();
    await expect(opening).rejects.toMatchObject({ code: 'stopped' });
  });

  it('are out of reach at the start, with rules to stand in, works by rules, and by models as soon as they answer', async () => {
    const url = await station.serve();
    await station.server!.close();
    const told: unknown[] = [];
    const handlers = await byModelsOrRules(await station.thinking(url), {
      told: (...fallback) => void told.push(fallback),
      fail: (error) => expect(error).toBeUndefined(),
    });
    const outcome = async (id = 'one'): Promise<unknown> => (await handlers.design?.({ ...ITEM, id }, CONTEXT))?.kind;

    const before = await outcome();
    await waitFor(() => station.kept.codes().includes('service.not_ready'), LONGEST_MS);
    station.server = await endpoint((content) => station.answer(content), { port: Number(new URL(url).port) });

    expect(before).toBe('ended');
    expect(told).toEqual([['design', 'one', 'the endpoint of the models is not reached yet']]);
    expect(await waitFor(async () => (await outcome()) === 'advanced', LONGEST_MS)).toBe(true);
    station.answer = () => ({ fault: 'quota' });
    expect(await outcome('two')).toBe('ended');
    expect(told.at(-1)).toEqual(['design', 'two', expect.stringMatching(/^model_quota: /)]);
  });
});
