import { propagation, context } from '@opentelemetry/api';
import type { StageName } from '@mle-smith/contracts';
import { withAttempt, withSpan } from './attempt-span.ts';
import { concealSecrets } from './concealed.ts';
import { recordSpans, type RecordedSpans } from './testing/index.ts';
import { extract, inject, within, type TraceHeaders } from './trace-context.ts';

const ITEM = { kind: 'task', id: 'task-1', datasetId: 'dataset-1', generation: 1, attempt: 1 } as const;
const STAGES = ['design', 'assert-design', 'refactor', 'assert-package', 'review', 'execute'] as const;

let recorded: RecordedSpans;
afterEach(() => recorded.close());

/** One stage: works, and announces by a message that a relay publishes later, out of any context. */
async function stageOf(stage: StageName, cause: TraceHeaders): Promise<TraceHeaders> {
  const kept = await withAttempt({ ...ITEM, stage }, cause, async () => {
    await withSpan('job', { 'mlesmith.job.zone': 'measure' }, async () => undefined);
    return inject();
  });
  return within(kept, () => withSpan('transition', { 'mlesmith.to': stage }, async () => inject()));
}

describe('withAttempt', () => {
  it('gives each attempt a trace of its own; links join all of them into one graph from the first span on', async () => {
    recorded = recordSpans();

    let cause = await stageOf('ingest', {});
    for (const stage of STAGES) cause = await stageOf(stage, cause);

    const spans = recorded.spans();
    const attempts = spans.filter(({ attributes }) => attributes['mlesmith.stage'] !== undefined);
    const traceOf = new Map(spans.map((span) => [span.spanContext().spanId, span.spanContext().traceId]));
    expect(attempts.map(({ name }) => name)).toEqual(['ingest', ...STAGES]);
    expect(new Set(attempts.map((span) => span.spanContext().traceId)).size).toBe(attempts.length);
    expect(attempts.every((span) => span.parentSpanContext === undefined)).toBe(true);
    const [first, ...later] = attempts;
    for (const [place, { links }] of later.entries()) {
      expect(traceOf.get(links[0]?.context.spanId ?? '')).toBe(attempts[place]?.spanContext().traceId);
      expect(links.at(-1)?.context.spanId).toBe(first?.spanContext().spanId);
    }
    const children = spans.filter(({ name }) => name === 'job measure');
    expect(children.map((span) => span.parentSpanContext?.spanId)).toEqual(attempts.map((span) => span.spanContext().spanId));
  });

  it('is not broken by a message that comes twice: both attempts link to its sender', async () => {
    recorded = recordSpans();
    const cause = await stageOf('design', {});

    await stageOf('review', cause);
    await stageOf('review', cause);

    const reviews = recorded.spans().filter(({ name }) => name === 'review');
    expect(reviews[0]?.links[0]?.context.spanId).toBe(reviews[1]?.links[0]?.context.spanId);
  });

  it('samples all of a pipeline or nothing of it', async () => {
    recorded = recordSpans(0);
    const unsampled = await stageOf('design', {});
    await recorded.close();
    recorded = recordSpans(1);

    await stageOf('review', unsampled);
    await stageOf('design', {});

    expect(
      recorded
        .spans()
        .filter(({ attributes }) => attributes['mlesmith.stage'] !== undefined)
        .map(({ name }) => name),
    ).toEqual(['design']);
  });

  it('tells the outcome, or the code of what was thrown, and gives both back', async () => {
    recorded = recordSpans();
    const fault = Object.assign(new Error('no answer'), { code: 'transport' });

    const result = await withAttempt(
      { ...ITEM, stage: 'design' },
      {},
      async () => ({ kind: 'advanced' as const }),
      ({ kind }) => kind,
    );
    await expect(withAttempt({ ...ITEM, stage: 'review' }, {}, () => Promise.reject(fault))).rejects.toBe(fault);

    expect(result).toEqual({ kind: 'advanced' });
    expect(recorded.spans().map(({ attributes }) => [attributes['mlesmith.outcome'], attributes['error.type']])).toEqual([
      ['advanced', undefined],
      [undefined, 'transport'],
    ]);
  });

  it('shows no secret in an attribute or a status', async () => {
    recorded = recordSpans();
    concealSecrets(['planted-secret-7']);

    await withSpan('job', { 'mlesmith.job.name': 'key planted-secret-7' }, () => Promise.reject(new Error('bad planted-secret-7'))).catch(() => undefined);

    const [span] = recorded.spans();
    const shown = JSON.stringify([span?.attributes, span?.status, span?.events]);
    expect(shown).not.toMatch(/planted-secret/);
    expect(span?.attributes['mlesmith.job.name']).toBe('key [redacted]');
  });
});

describe('trace headers', () => {
  it('are taken from the bytes of a message, and only where they have the form', () => {
    recorded = recordSpans();
    const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

    expect(extract({ traceparent: Buffer.from(good), tracestate: [Buffer.from('a=1')] })).toEqual({ traceparent: good, tracestate: 'a=1' });
    expect(extract({ traceparent: 'nonsense', tracestate: 'a=1' })).toEqual({});
    expect(extract({ traceparent: good, tracestate: 'x'.repeat(600) })).toEqual({ traceparent: good });
    expect(extract({})).toEqual({});
  });

  it('keep the members of other vendors beside the first span of the pipeline', async () => {
    recorded = recordSpans();
    const cause = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'vendor=value' };

    const told = await within(cause, () => withSpan('job', {}, () => withAttempt({ ...ITEM, stage: 'design' }, {}, async () => inject())));
    const passed = within({ ...cause, tracestate: `vendor=value,${told.tracestate ?? ''}` }, () => {
      const headers: Record<string, string> = {};
      propagation.inject(context.active(), headers);
      return headers;
    });

    expect(told.tracestate).toMatch(/^mlesmith=[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(passed['tracestate']).toBe(`${told.tracestate ?? ''},vendor=value`);
  });

  it('are empty where nothing is traced', () => {
    recorded = { spans: () => [], close: () => Promise.resolve() };

    expect(inject()).toEqual({});
  });
});
