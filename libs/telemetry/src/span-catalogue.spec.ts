import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { context, trace } from '@opentelemetry/api';
import { spanBetween, withSpan } from './attempt-span.ts';
import { GEN_AI_METRICS } from './gen-ai.ts';
import { observedModel } from './observe-models.ts';
import { nameOfSpan, SPANS, type SpanRow } from './span-catalogue.ts';
import { recordMetrics, recordSpans, type RecordedSpans } from './testing/index.ts';

const ROWS: readonly (readonly [string, SpanRow])[] = Object.entries(SPANS);

let recorded: RecordedSpans;
beforeEach(() => void (recorded = recordSpans()));
afterEach(() => recorded.close());

describe('the table of spans', () => {
  it('says of each what it tells, and makes its name of its own attributes', () => {
    const wrong = ROWS.filter(([, { name, help, attributes }]) => {
      const parts = [...name.matchAll(/\{([^}]+)\}/g)].map(([, attribute = '']) => attribute);
      return parts.length === 0 || parts.some((part) => !Object.hasOwn(attributes, part)) || !/^[A-Z].*\.$/.test(help);
    });

    expect(wrong.map(([row]) => row)).toEqual([]);
    expect(nameOfSpan('job', { 'mlesmith.job.zone': 'solve' })).toBe('job solve');
  });

  it('has no row that nobody records', async () => {
    const root = join(import.meta.dirname, '../../..');
    const texts: string[] = [];
    for (const folder of ['apps', 'libs'])
      for await (const file of glob('**/src/**/*.ts', { cwd: join(root, folder), exclude: (name) => name === 'testing' || name === 'node_modules' }))
        if (!/(\.spec|span-catalogue)\.ts$/.test(file)) texts.push(await readFile(join(root, folder, file), 'utf8'));
    const ours = texts.join('\n');
    const recordedBy = (row: string): boolean => new RegExp(`(withSpan|spanBetween|ended)\\(\\s*'${row}'`).test(ours);

    expect(ROWS.filter(([row, { by }]) => by === undefined && !recordedBy(row)).map(([row]) => row)).toEqual([]);
  });

  it('is all that code can record', async () => {
    // @ts-expect-error The table has no such span.
    expect(() => withSpan('jobb', {}, async () => undefined)).toThrow(TypeError);
    // @ts-expect-error The span has no such attribute.
    await withSpan('job', { 'mlesmith.job.zoone': 'solve' }, async () => undefined);
    // @ts-expect-error The attribute has no such value.
    await withSpan('job', { 'mlesmith.job.zone': 'sollve' }, async () => undefined);
    // @ts-expect-error A span takes later what its row has, too.
    await withSpan('job', {}, async (span) => span.set({ prompt: 'say something' }));
  });

  it('keeps back whatever an instrumentation or a slip adds', async () => {
    await withSpan('job', { 'mlesmith.job.zone': 'solve', prompt: 'say something' } as never, async () => undefined);
    const others = trace.getTracer('@opentelemetry/instrumentation-mongoose').startSpan('find subjects');
    others.setAttributes({ 'db.operation.name': 'find', 'db.query.text': '{"secret":1}' });
    others.addEvent('answered', { rows: 'a row of data' });
    others.end();
    const strange = trace.getTracer('somebody-else').startSpan('x', { links: [{ context: others.spanContext(), attributes: { told: 'text' } }] });
    strange.setAttributes({ 'db.operation.name': 'find' });
    strange.end();

    expect(recorded.spans().map(({ attributes }) => attributes)).toEqual([{ 'mlesmith.job.zone': 'solve' }, { 'db.operation.name': 'find' }, {}]);
    expect(recorded.spans().flatMap(({ events, links }) => [...events, ...links].map(({ attributes }) => attributes))).toEqual([{}, {}]);
  });

  it('takes spans that are over already, below the one that is open', async () => {
    const from = 1_700_000_000_000;
    await withSpan('job', { 'mlesmith.job.zone': 'measure' }, async () => spanBetween('job_phase', { 'mlesmith.job.phase': 'fit' }, from, from + 2_500));

    const [phase, job] = recorded.spans();
    expect([phase?.name, phase?.startTime, phase?.endTime]).toEqual(['phase fit', [1_700_000_000, 0], [1_700_000_002, 500_000_000]]);
    expect(phase?.parentSpanContext?.spanId).toBe(job?.spanContext().spanId);
  });
});

describe('a call of a model', () => {
  const REQUEST = { messages: [{ role: 'user', content: 'PROMPT-TEXT' }] };
  const PLACE = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'small' };
  const LABELS = 'gen_ai.operation.name=chat,gen_ai.provider.name=openai,gen_ai.request.model=small';

  it.each([
    ['that is answered', { usage: { input: 10, output: 5 }, content: 'REPLY-TEXT' }, { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5 }],
    ['that fails', Object.assign(new Error('the server said: PROMPT-TEXT'), { code: 'rate' }), { 'error.type': 'rate' }],
  ])('%s is one span and one set of metrics, by the names of the conventions, without a word of what was said', async (_, reply, more) => {
    const measured = recordMetrics();
    const answer = async () => (reply instanceof Error ? Promise.reject(reply) : reply);
    const model = observedModel({ identity: { model: 'small', endpoint: 'https://models.example' }, complete: answer }, measured.metrics);

    await model.complete(REQUEST, new AbortController().signal).catch(() => undefined);

    const [span, ...others] = recorded.spans();
    expect(others).toEqual([]);
    expect([span?.name, span?.kind, span?.attributes]).toEqual(['chat small', 2, { ...PLACE, ...more }]);
    const shown = JSON.stringify([span?.name, span?.attributes, span?.status, span?.events]);
    expect(shown).not.toMatch(/PROMPT-TEXT|REPLY-TEXT/);
    const failed = reply instanceof Error;
    expect(await measured.series(GEN_AI_METRICS.duration)).toEqual({ [failed ? `${LABELS},error.type=rate` : LABELS]: 1 });
    expect(await measured.series(GEN_AI_METRICS.tokens)).toEqual(
      failed ? {} : { [`${LABELS},gen_ai.token.type=input`]: 1, [`${LABELS},gen_ai.token.type=output`]: 1 },
    );
    await measured.close();
    expect(trace.getSpan(context.active())).toBeUndefined();
  });
});
