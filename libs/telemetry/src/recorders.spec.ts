import { withAttempt } from './attempt-span.ts';
import { REASON_CODES } from '@mle-smith/contracts';
import { busRecorder } from './record-bus.ts';
import { clusterRecorder } from './record-cluster.ts';
import { Log } from './log.ts';
import { noticeLogger, noticeRecorder, type TracedNotice } from './record-notices.ts';
import { sourceRecorder } from './record-sources.ts';
import { fallbackRecorder, modelRecorder, observeCalls, observedCalls, observedModel, observeRefusal, type WatchedReply } from './observe-models.ts';
import { jobQueueRecorder, observedJobs, recordPodSteps, type WatchedJob, type WatchedJobResult, type WatchedPodTimes } from './observe-jobs.ts';
import { observeQueues } from './observe-queues.ts';
import { recordMetrics, recordSpans, type RecordedMetrics } from './testing/index.ts';
import { warningCounts } from './warnings.ts';

let recorded: RecordedMetrics;
beforeEach(() => void (recorded = recordMetrics()));
afterEach(() => recorded.close());

const RECORD = { id: 'task-1', kind: 'task', datasetId: 'dataset-1', generation: 2, attempts: 0 };
const FINISHED: readonly TracedNotice[] = [
  { record: RECORD, stage: 'design', phase: 'finished', to: 'task.designed', outcome: 'advanced', durationMs: 1_500 },
  { record: RECORD, stage: 'review', phase: 'finished', to: 'task.proposed', outcome: 'returned', durationMs: 10 },
  { record: RECORD, stage: 'execute', phase: 'finished', to: 'task.verified', outcome: 'advanced', durationMs: 10, sinceReceivedMs: 400_000 },
  {
    record: RECORD,
    stage: 'execute',
    phase: 'finished',
    to: 'task.abandoned',
    outcome: 'ended',
    code: 'trivial',
    message: 'trivial: R2 0.999',
    durationMs: 10,
    sinceReceivedMs: 500_000,
  },
  { record: RECORD, stage: 'design', phase: 'finished', to: 'task.proposed', outcome: 'retry', code: 'rate', durationMs: 10 },
  { record: RECORD, stage: 'design', phase: 'finished', to: 'task.proposed', outcome: 'failed', message: 'TypeError', durationMs: 10 },
  { record: RECORD, stage: 'design', phase: 'fenced', to: 'task.designed', outcome: 'advanced', durationMs: 10 },
  {
    record: { ...RECORD, id: 'dataset-1', kind: 'dataset' },
    stage: 'ingest',
    phase: 'finished',
    to: 'dataset.refused',
    outcome: 'ended',
    code: 'too_large',
    durationMs: 10,
  },
];

const OVERDUE: TracedNotice = {
  record: RECORD,
  stage: 'design',
  phase: 'overdue',
  to: 'task.abandoned',
  outcome: 'ended',
  code: 'stuck',
  sinceReceivedMs: 90_000_000,
};

describe('noticeRecorder', () => {
  it('counts what came of each attempt and who was at fault', async () => {
    const record = noticeRecorder(recorded.metrics);

    for (const notice of FINISHED) for (const phase of ['started', notice.phase] as const) record({ ...notice, phase, waitedMs: 2_000 });
    record({ record: RECORD, stage: 'execute', phase: 'started', waitedMs: 5, lostLeases: 2 });
    record({ record: RECORD, stage: 'execute', phase: 'released' });
    record(OVERDUE);

    const attempts = await recorded.series('mlesmith_stage_attempts_total');
    expect(Object.fromEntries(Object.entries(attempts).filter(([, value]) => value > 0))).toEqual({
      'stage=design,class=none': 1,
      'stage=review,class=task': 1,
      'stage=execute,class=none': 1,
      'stage=execute,class=task': 1,
      'stage=design,class=infrastructure': 1,
      'stage=design,class=platform': 1,
      'stage=ingest,class=task': 1,
    });
    expect(await recorded.series('mlesmith_tasks_verified_total')).toEqual({ '': 1 });
    expect(await recorded.series('mlesmith_tasks_rejected_total')).toMatchObject({ 'reason=cancelled': 0, 'reason=trivial': 1, 'reason=stuck': 1 });
    expect(await recorded.series('mlesmith_datasets_refused_total')).toMatchObject({ 'reason=too_large': 1 });
    expect(await recorded.series('mlesmith_stage_returns_total')).toEqual({ 'stage=review,to=design': 1 });
    expect((await recorded.series('mlesmith_fenced_results_total'))['stage=design']).toBe(1);
    expect(await recorded.series('mlesmith_stage_working')).toMatchObject({ 'stage=design': 0, 'stage=execute': 0 });
    expect(await recorded.series('mlesmith_claim_latency_seconds')).toEqual({ 'stage=design': 4, 'stage=review': 1, 'stage=execute': 3, 'stage=ingest': 1 });
    expect(await recorded.series('mlesmith_lease_expired_total')).toMatchObject({ 'stage=execute': 2, 'stage=design': 0 });
  });
});

describe('whose fault an end was', () => {
  it.each([
    ['trivial', 'task'],
    ['agent_failed', 'task'],
    ['review_error', 'judge'],
    ['budget_exceeded', 'infrastructure'],
    ['infra_exhausted', 'infrastructure'],
    ['platform_error', 'platform'],
    ['cancelled', 'cancelled'],
  ])('is told by its reason: %s was that of class %s', async (code, faultClass) => {
    noticeRecorder(recorded.metrics)({ record: RECORD, stage: 'review', phase: 'finished', to: 'task.abandoned', outcome: 'ended', code });

    const attempts = await recorded.series('mlesmith_stage_attempts_total');
    expect(Object.entries(attempts).filter(([, value]) => value > 0)).toEqual([[`stage=review,class=${faultClass}`, 1]]);
  });
});

describe('the time to a verdict', () => {
  it('is that of tasks that were verified or abandoned, by whatever, and of nothing else', async () => {
    const record = noticeRecorder(recorded.metrics);
    const end = { record: RECORD, stage: 'design', phase: 'finished', outcome: 'ended', sinceReceivedMs: 9_000 } as const;

    for (const notice of [...FINISHED, OVERDUE]) record(notice);
    record({ ...end, to: 'task.cancelled', code: 'cancelled' });
    record({ ...end, record: { ...RECORD, kind: 'dataset' }, to: 'dataset.refused', code: 'too_large' });
    record({ ...end, phase: 'fenced', to: 'task.abandoned', code: 'trivial' });

    expect(await recorded.series('mlesmith_verdict_seconds')).toEqual({ 'verdict=verified': 1, 'verdict=abandoned': 2 });
  });
});

describe('noticeLogger', () => {
  it('writes one line for each step, and for each end exactly one with its code and reason', () => {
    const lines: Record<string, unknown>[] = [];
    const log = Log.open({
      service: 's',
      version: '0',
      level: 'info',
      to: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    });

    [...FINISHED, OVERDUE, { record: RECORD, stage: 'design', phase: 'started', lostLeases: 1 } as const].forEach(noticeLogger(log));

    expect(lines.map((line) => line['code'])).toEqual([
      'stage.advanced',
      'stage.returned',
      'task.verified',
      'task.abandoned',
      'stage.retried',
      'stage.failed',
      'stage.fenced',
      'dataset.refused',
      'sweep.ended_overdue',
      'lease.taken_over',
    ]);
    expect(lines[3]).toMatchObject({
      task: 'task-1',
      dataset: 'dataset-1',
      stage: 'execute',
      generation: 2,
      attempt: 1,
      data: { reason: 'trivial', todo: REASON_CODES.trivial },
    });
  });
});

describe('observeQueues', () => {
  const source = {
    now: async () => 100_000,
    counts: async () => [
      { state: 'task.proposed', subjects: 3, waiting: 1 },
      { state: 'task.verified', subjects: 5, waiting: 0 },
    ],
    firstDeadline: async () => 80_000,
    pendingEvents: async () => [{ event: { time: new Date(95_000).toISOString() } }],
    overdue: async () => [{}],
  };

  it('shows states, queues, outboxes and what is overdue by one reading of the store', async () => {
    let readings = 0;
    observeQueues(recorded.metrics, {
      source: { ...source, counts: () => ((readings += 1), source.counts()) },
      deadlineMs: 50_000,
      stages: ['design', 'review'],
    });

    const depth = await recorded.series('mlesmith_stage_queue_depth');

    expect(readings).toBe(1);
    expect(depth).toEqual({ 'stage=design': 3, 'stage=review': 0 });
    expect(await recorded.series('mlesmith_stage_oldest_seconds')).toEqual({ 'stage=design': 70, 'stage=review': 0 });
    expect(await recorded.series('mlesmith_tasks')).toMatchObject({ 'state=task.proposed': 3, 'state=task.verified': 5, 'state=task.abandoned': 0 });
    expect(await recorded.series('mlesmith_outbox_depth')).toEqual({ '': 1 });
    expect(await recorded.series('mlesmith_outbox_oldest_seconds')).toEqual({ '': 5 });
    expect(await recorded.series('mlesmith_stuck_items')).toEqual({ '': 1 });
  });

  it('shows what was read last for a minute while the store cannot be read, then nothing, and all of it again when it can', async () => {
    let [now, away] = [0, false];
    const aged = recordMetrics(() => now);
    const counts = async () => (away ? Promise.reject(new Error('down')) : source.counts());
    observeQueues(aged.metrics, { source: { ...source, counts }, deadlineMs: 50_000, stages: ['design'] });
    const shown = async (atSeconds: number): Promise<unknown[]> => {
      now = 1_000 * atSeconds;
      return Promise.all([await aged.series('mlesmith_stuck_items'), await aged.series('mlesmith_stage_queue_depth')]);
    };

    const read = await shown(0);
    away = true;
    const [soon, late] = [await shown(60), await shown(61)];
    away = false;
    const again = await shown(62);
    await aged.close();

    expect(read).toEqual([{ '': 1 }, { 'stage=design': 3 }]);
    expect([soon, late, again]).toEqual([read, [{}, {}], read]);
  });

  it('shows nothing, rather than something wrong, where the store cannot be read', async () => {
    observeQueues(recorded.metrics, { source: { ...source, counts: () => Promise.reject(new Error('down')) }, deadlineMs: 1 });

    expect(await recorded.series('mlesmith_tasks')).toEqual({});
  });
});

describe('observedModel and observedCalls', () => {
  const identity = { model: 'small', endpoint: 'https://models.example' };

  it('times calls by the conventional names, failures by their code, and passes both on', async () => {
    const fault = Object.assign(new Error('slow down'), { code: 'rate' });
    const replies = [{ usage: { input: 10, output: 5 } }, fault];
    const model = observedModel({ identity, complete: async () => answer<WatchedReply>(replies.shift()) }, recorded.metrics);

    await model.complete({}, new AbortController().signal);
    await expect(model.complete({}, new AbortController().signal)).rejects.toBe(fault);

    const place = 'gen_ai.operation.name=chat,gen_ai.provider.name=openai,gen_ai.request.model=small';
    expect(await recorded.series('gen_ai.client.operation.duration')).toEqual({ [place]: 1, [`${place},error.type=rate`]: 1 });
    expect(Object.keys(await recorded.series('gen_ai.client.token.usage')).length).toBe(2);
    expect(await recorded.series('mlesmith_llm_calls_running')).toEqual({ 'model=small': 0 });
  });

  it.each([
    ['config', 'config'],
    ['ECONNRESET', 'other'],
    ['budget_exceeded', 'other'],
    [7, 'other'],
  ])('tells a failure of code %s as %s', async (code, type) => {
    const outside = (): number => warningCounts().find((warning) => warning.code === 'telemetry.label_outside')?.count ?? 0;
    const before = outside();
    const model = observedModel({ identity, complete: () => Promise.reject(Object.assign(new Error('no'), { code })) }, recorded.metrics);

    await expect(model.complete({}, new AbortController().signal)).rejects.toThrow('no');

    expect(Object.keys(await recorded.series('gen_ai.client.operation.duration'))).toEqual([expect.stringContaining(`error.type=${type}`)]);
    expect(outside()).toBe(before);
  });

  it('counts dollars, tokens, calls of unknown price and answers that were there already', async () => {
    const call = { identity, place: { stage: 'design' }, usage: { input: 300, output: 40 }, cost: 2_000_000 as number | null };
    const store = observedCalls(
      { get: async (key: string) => (key === 'known' ? call : undefined), put: async (_call: typeof call) => undefined, list: async () => [call] },
      recorded.metrics,
    );

    await store.put(call);
    await store.put({ ...call, cost: null });
    await store.get('known');
    await store.get('unknown');

    expect(await store.list()).toEqual([call]);
    expect(await recorded.series('mlesmith_llm_cost_usd_total')).toEqual({ 'model=small,stage=design': 2 });
    expect(await recorded.series('mlesmith_llm_tokens_total')).toEqual({
      'model=small,stage=design,type=input': 600,
      'model=small,stage=design,type=output': 80,
    });
    expect(await recorded.series('mlesmith_llm_unpriced_calls_total')).toEqual({ 'model=small,stage=design': 1 });
    expect(await recorded.series('mlesmith_llm_cache_hits_total')).toEqual({ 'model=small,stage=design': 1 });
  });
});

describe('modelRecorder and observeCalls', () => {
  it('counts calls that were tried again or mended, and shows what the endpoint takes and what is left of budgets', async () => {
    const record = modelRecorder(recorded.metrics, { models: ['small'], stages: ['design', 'review'] });
    observeCalls(recorded.metrics, { limit: 7 }, [
      { account: 'day', limit: 5_000_000, used: async () => 2_000_000, refuses: () => false },
      { account: 'deployment', limit: 1_000_000, used: async () => 1_500_000, refuses: () => true },
    ]);

    record({ kind: 'retried', reason: 'rate' });
    record({ kind: 'repaired', model: 'small', place: { stage: 'design' } });

    expect(await recorded.series('mlesmith_llm_retries_total')).toMatchObject({ 'reason=rate': 1, 'reason=transport': 0 });
    expect(await recorded.series('mlesmith_llm_schema_repairs_total')).toEqual({ 'model=small,stage=design': 1, 'model=small,stage=review': 0 });
    expect(await recorded.series('mlesmith_llm_cost_usd_total')).toEqual({ 'model=small,stage=design': 0, 'model=small,stage=review': 0 });
    expect(Object.keys(await recorded.series('mlesmith_llm_tokens_total')).length).toBe(4);
    expect(await recorded.series('mlesmith_llm_concurrency_limit')).toEqual({ '': 7 });
    expect(await recorded.series('mlesmith_llm_budget_limit_usd')).toEqual({ 'account=day': 5, 'account=deployment': 1 });
    expect(await recorded.series('mlesmith_llm_budget_remaining_usd')).toEqual({ 'account=day': 3, 'account=deployment': 0 });
    expect(await recorded.series('mlesmith_llm_budget_refuses')).toEqual({ 'account=day': 0, 'account=deployment': 1 });
  });
});

describe('observeRefusal', () => {
  it('shows by its reason that the endpoint refuses, and when it does no more', async () => {
    let refusal: string | undefined = 'auth';
    observeRefusal(recorded.metrics, () => refusal);

    expect(await recorded.series('mlesmith_llm_endpoint_refuses')).toEqual({ 'reason=quota': 0, 'reason=auth': 1, 'reason=config': 0 });
    refusal = undefined;
    expect(await recorded.series('mlesmith_llm_endpoint_refuses')).toEqual({ 'reason=quota': 0, 'reason=auth': 0, 'reason=config': 0 });
  });
});

describe('fallbackRecorder', () => {
  it('shows 0 for each stage at first, counts where rules decided, and says for what', async () => {
    const lines: unknown[] = [];
    const told = fallbackRecorder(recorded.metrics, { write: (...line) => void lines.push(line) }, ['design', 'review']);

    expect(await recorded.series('mlesmith_llm_fallbacks_total')).toEqual({ 'stage=design': 0, 'stage=review': 0 });
    told('design', 'cars--mpg', 'agent_failed: no answer');
    expect(await recorded.series('mlesmith_llm_fallbacks_total')).toEqual({ 'stage=design': 1, 'stage=review': 0 });
    expect(lines).toEqual([['stage.fell_back', { stage: 'design', subject: 'cars--mpg', reason: 'agent_failed: no answer' }]]);
  });
});

describe('observedJobs', () => {
  it('shows the jobs that wait for a place', async () => {
    const watch = jobQueueRecorder(recorded.metrics);

    watch.waiting(3);
    watch.started(1_500);

    expect(await recorded.series('mlesmith_jobs')).toEqual({ 'phase=queued,profile=sandbox': 3 });
    expect(await recorded.series('mlesmith_job_queue_seconds')).toEqual({ 'profile=sandbox': 1 });
  });

  it('makes spans of what our own code says it did, within the time of the job, and of nothing that others say', async () => {
    const traced = recordSpans();
    const phases = [
      { phase: 'read', fromMs: 0, toMs: 10 },
      { phase: 'fit', fromMs: 10, toMs: 90_000 },
      { phase: 'forged', fromMs: 0, toMs: 1 },
    ] as never;
    const runner = observedJobs({ run: async (_job: WatchedJob) => ({ status: 'succeeded' as const, durationMs: 30, phases }) }, recorded.metrics);

    await runner.run({ name: 'job-1', zone: 'measure', trust: 'ours' });
    await runner.run({ name: 'job-2', zone: 'measure', trust: 'untrusted' });

    const spans = traced.spans();
    await traced.close();
    expect(spans.map(({ name }) => name)).toEqual(['phase read', 'phase fit', 'job measure', 'job measure']);
    const [read, fit, job] = spans;
    expect(read?.parentSpanContext?.spanId).toBe(job?.spanContext().spanId);
    const lengthOf = (span = fit): number =>
      Math.round(((span?.endTime[0] ?? 0) - (span?.startTime[0] ?? 0)) * 1e3 + ((span?.endTime[1] ?? 0) - (span?.startTime[1] ?? 0)) / 1e6);
    expect([lengthOf(read), lengthOf(fit)]).toEqual([10, 20]);
  });

  it('counts jobs by how they ended, also those that the runner could not run', async () => {
    const results = [{ status: 'succeeded' as const, durationMs: 20, peakMemoryMb: 100 }, new Error('no sandbox')];
    const runner = observedJobs(
      { run: async (_job: WatchedJob) => answer<WatchedJobResult>(results.shift()), isolation: () => 'bubblewrap' },
      recorded.metrics,
    );
    const job = { name: 'job-1', zone: 'solve', trust: 'untrusted' } as const;

    await runner.run(job);
    await expect(runner.run(job)).rejects.toThrow('no sandbox');

    expect(runner.isolation()).toBe('bubblewrap');
    expect(await recorded.series('mlesmith_job_outcomes_total')).toMatchObject({ 'zone=solve,class=succeeded': 1, 'zone=solve,class=not_run': 1 });
    expect(await recorded.series('mlesmith_job_peak_memory_bytes')).toEqual({ 'zone=solve': 1 });
    expect(await recorded.series('mlesmith_jobs')).toEqual({ 'phase=running,profile=sandbox': 0 });
  });
});

describe('what jobs take', () => {
  const job = { name: 'job-1', zone: 'solve', trust: 'untrusted' } as const;
  const attempt = { stage: 'execute', kind: 'task', id: 't', datasetId: 'd', generation: 1, attempt: 1 } as const;

  it('is counted for the stage that is at work, also where it waited for others in between', async () => {
    const results = [2.5, 1, 4].map((cpuSeconds) => ({ status: 'succeeded' as const, durationMs: 30_000, cpuSeconds }));
    const runner = observedJobs({ run: async (_job: WatchedJob) => answer<WatchedJobResult>(results.shift()) }, recorded.metrics, {
      stages: ['execute'],
      gpusOf: (zone) => (zone === 'solve' ? 2 : 0),
    });

    await withAttempt(attempt, {}, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await runner.run(job);
      return runner.run({ ...job, zone: 'grade' });
    });
    await runner.run(job);

    expect(await recorded.series('mlesmith_job_cpu_seconds_total')).toEqual({
      'stage=execute,zone=solve': 2.5,
      'stage=execute,zone=grade': 1,
      'stage=execute,zone=measure': 0,
      'stage=other,zone=solve': 4,
    });
    expect(await recorded.series('mlesmith_job_gpu_seconds_total')).toEqual({ 'stage=execute': 60, 'stage=other': 60 });
  });
});

describe('clusterRecorder', () => {
  it('counts what a cluster does to jobs, and how long nobody has looked at them', async () => {
    let nowMs = 0;
    const record = clusterRecorder(recorded.metrics, () => nowMs);
    const age = async () => (await recorded.series('mlesmith_cluster_reconcile_age_seconds'))[''];

    nowMs = 7_000;
    record({ kind: 'called', operation: 'list events', outcome: 'answered', durationMs: 5 });
    record({ kind: 'called', operation: 'list Jobs', outcome: 'passing', code: '503', durationMs: 5 });
    record({ kind: 'called', operation: 'create a Job', outcome: 'refused', code: '418', durationMs: 5 });
    const unseen = await age();
    record({ kind: 'called', operation: 'list Jobs', outcome: 'answered', durationMs: 5 });
    const seen = await age();
    record({ kind: 'list_failed', namespace: 'solve', error: new Error('away') });
    nowMs = 9_000;
    record({ kind: 'called', operation: 'list Jobs', outcome: 'answered', durationMs: 5 });
    const lost = await age();
    record({ kind: 'list_recovered', namespace: 'solve', silentMs: 2_000 });
    const recovered = await age();
    record({ kind: 'orphan_deleted', namespace: 'solve', job: 'j', reason: 'nobody holds it' });
    for (const kind of ['waiting_for_slot', 'waiting_for_quota'] as const) record({ kind, key: 'k', profile: 'cpu-small', said: 'full' });
    record({ kind: 'clock_skew', skewMs: 60_000 });
    record({ kind: 'ready', job: 'j', waitedMs: 4_000 });
    record({ kind: 'ended', job: 'j', code: 'out_of_memory', reason: 'OOMKilled' });

    expect([unseen, seen, lost, recovered]).toEqual([7, 0, 2, 0]);
    expect(await recorded.series('mlesmith_cluster_api_duration_seconds')).toEqual({
      'operation=list events,outcome=answered': 1,
      'operation=list Jobs,outcome=passing': 1,
      'operation=create a Job,outcome=refused': 1,
      'operation=list Jobs,outcome=answered': 2,
    });
    const errors = await recorded.series('mlesmith_cluster_api_errors_total');
    expect(Object.entries(errors).filter(([, count]) => count > 0)).toEqual([
      ['code=503', 1],
      ['code=other', 1],
    ]);
    expect(errors['code=no_connection']).toBe(0);
    expect(await recorded.series('mlesmith_cluster_list_failures_total')).toEqual({ '': 1 });
    expect(await recorded.series('mlesmith_cluster_orphans_deleted_total')).toEqual({ '': 1 });
    expect(await recorded.series('mlesmith_pod_waits_total')).toEqual({ 'for=slot': 1, 'for=quota': 1 });
    expect(await recorded.series('mlesmith_pod_start_seconds')).toEqual({ '': 1 });
    expect(await recorded.series('mlesmith_pod_ends_total')).toEqual({ 'code=out_of_memory': 1 });
  });
});

describe('recordPodSteps', () => {
  const stepsOf = async (times: WatchedPodTimes, tookMs: number): Promise<(readonly [string, number])[]> => {
    const traced = recordSpans();
    recordPodSteps(times, tookMs);
    const steps = traced
      .spans()
      .map(({ name, startTime, endTime }) => [name, Math.round((endTime[0] - startTime[0]) * 1e3 + (endTime[1] - startTime[1]) / 1e6)] as const);
    await traced.close();
    return steps;
  };

  it('makes a span of each step, one after the other', async () => {
    expect(await stepsOf({ created: 80, running: 1_780, connected: 1_830, sent: 1_840, answered: 2_000, collected: 2_010, removed: 2_100 }, 2_100)).toEqual([
      ['pod create', 80],
      ['pod wait', 1_700],
      ['pod connect', 50],
      ['pod send', 10],
      ['pod run', 160],
      ['pod collect', 10],
      ['pod remove', 90],
    ]);
  });

  it('leaves out what a warm pod did for an earlier job, and what was not come to', async () => {
    expect(await stepsOf({ created: 80, running: 1_780, connected: 1_830, sent: 50_010, answered: 50_030, removed: 50_040 }, 50)).toEqual([
      ['pod send', 20],
      ['pod run', 20],
      ['pod remove', 10],
    ]);
    expect((await stepsOf({ created: 80, running: 1_780, removed: 2_000 }, 2_000)).map(([name]) => name)).toEqual(['pod create', 'pod wait', 'pod remove']);
  });
});

describe('busRecorder', () => {
  it('counts what the bus tells, whatever the prefix of topics, and writes lines for what an operator must know', async () => {
    const codes: unknown[] = [];
    const log = Log.open({ service: 's', version: '0', to: { write: (line: string) => void codes.push((JSON.parse(line) as { code: unknown }).code) } });
    const record = busRecorder(recorded.metrics, log, { low: 10, high: 100 });

    record({ kind: 'connected' });
    record({ kind: 'handled', topic: 'mle-smith.task.designed', outcome: 'accepted', durationMs: 3, deliveries: 1 });
    record({ kind: 'published', topic: 'other-prefix.task.returned', bytes: 10, durationMs: 1 });
    record({ kind: 'dead_lettered', topic: 'somebody-elses', partition: 0, offset: '7', reason: 'not_json' });
    record({ kind: 'crashed', restart: false, error: new Error('codec') });

    expect(codes).toEqual(['bus.connected', 'bus.dead_letter', 'bus.consumer_crashed']);
    expect(await recorded.series('mlesmith_handler_duration_seconds')).toEqual({ 'topic=task.designed,outcome=accepted': 1 });
    expect((await recorded.series('mlesmith_events_published_total'))['topic=task.returned']).toBe(1);
    expect(await recorded.series('mlesmith_dead_letters_total')).toEqual({ 'topic=other,reason=not_json': 1 });
    expect(await recorded.series('mlesmith_consumer_crashes_total')).toEqual({ 'restart=yes': 0, 'restart=no': 1 });
    expect(await recorded.series('mlesmith_consumer_up')).toEqual({ '': 0 });
    expect(await recorded.series('mlesmith_backpressure_mark')).toEqual({ 'mark=low': 10, 'mark=high': 100 });
  });
});

describe('ServiceMetrics', () => {
  it('takes only what the table holds', () => {
    // @ts-expect-error The table has no such metric.
    expect(() => recorded.metrics.count('mlesmith_misspelt_total')).toThrow(TypeError);
    // @ts-expect-error The metric has no such label.
    recorded.metrics.count('mlesmith_stage_attempts_total', { stage: 'design', class: 'none', task: 'task-1' });
    // @ts-expect-error The label has no such value.
    recorded.metrics.count('mlesmith_stage_attempts_total', { stage: 'dessign', class: 'none' });
    // @ts-expect-error A label is missing.
    recorded.metrics.count('mlesmith_stage_attempts_total', { stage: 'design' });
    // @ts-expect-error A histogram is not counted.
    expect(() => recorded.metrics.count('mlesmith_stage_duration_seconds', { stage: 'design', outcome: 'advanced' })).toThrow(TypeError);
  });

  it('drops a label that the table lacks and replaces a value outside of its set', async () => {
    recorded.metrics.count('mlesmith_stage_attempts_total', { stage: 'dessign', class: 'none', task: 'task-1' } as never);

    expect(await recorded.series('mlesmith_stage_attempts_total')).toEqual({ 'stage=other,class=none': 1 });
  });
});

/** Gives a value, throws an error. */
function answer<Value>(next: Value | Error | undefined): Value {
  if (next instanceof Error || next === undefined) throw next;
  return next;
}

describe('sourceRecorder', () => {
  it('counts what is looked at, taken and brought from each source, and tells of gaps and of sources that are away', async () => {
    const codes: unknown[] = [];
    const record = sourceRecorder(recorded.metrics, { write: (code) => void codes.push(code) });
    const found = { kind: 'found', source: 'lake', dataset: 'pears-1', uri: 's3://lake/pears/', objects: 3, settledMs: 90_000, by: 'quiet' } as const;

    record({ kind: 'looked', source: 'lake', outcome: 'taken', objects: 3 });
    record({ kind: 'looked', source: 'lake', outcome: 'known', objects: 7 });
    record({ ...found, gap: false });
    record({ ...found, gap: true });
    record({ kind: 'fetched', source: 'lake', bytes: 1_000 });
    record({ kind: 'unreachable', source: 'lake', error: new Error('away') });

    expect(await recorded.series('mlesmith_ingest_objects_total')).toEqual({ 'source=lake,outcome=taken': 3, 'source=lake,outcome=known': 7 });
    expect(await recorded.series('mlesmith_ingest_gaps_total')).toEqual({ 'source=lake': 3 });
    expect(await recorded.series('mlesmith_ingest_bytes_total')).toEqual({ 'source=lake': 1_000 });
    expect(codes).toEqual(['ingest.found', 'ingest.found', 'ingest.gap_found', 'ingest.source_unreachable']);
  });
});
