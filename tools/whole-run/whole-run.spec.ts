import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REASON_CODES } from '@mle-smith/contracts';
import { LOG_CODES, SPANS, type SpanRow } from '@mle-smith/telemetry';
import { rowOfSpan, type SentSpan } from '@mle-smith/telemetry/testing';
import { describeServers } from '@mle-smith/tools/testbed';
import { SERVERS } from '../cluster/cluster.ts';
import { describeBoards } from '../dashboards/testing/describe-boards.ts';
import { PLANTED, wholeRun, type Left, type WholeRun } from './testing/whole-run.ts';

/** Clocks of processes of one machine agree to this, ms. */
const TICK = 2;

type Line = Readonly<Record<string, unknown>> & { readonly data?: Readonly<Record<string, unknown>> };

await describeServers('a run of all services, watched', [...SERVERS, 'prometheus'], (servers) => {
  let folder: string;
  let whole: WholeRun;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mle-smith-whole-'));
    whole = await wholeRun(servers, folder);
  }, 600_000);
  afterAll(async () => {
    await whole?.close();
    await rm(folder, { recursive: true, force: true });
  });

  // While the services stand.
  describe('what Prometheus shows of it', () => describeBoards(2, () => whole.scraped));

  describe('what it leaves', () => describeLeft(() => whole.end()));
});

function describeLeft(end: () => Promise<Left>): void {
  let run: Left;
  let task: Left['subjects'][number];
  let attempts: readonly SentSpan[];
  let spans: ReadonlyMap<string, SentSpan>;
  beforeAll(async () => {
    run = await end();
    const verified = run.subjects.find(({ state }) => state === 'task.verified');
    if (verified === undefined) throw new Error(`nothing was verified: ${JSON.stringify(run.report)}`);
    task = verified;
    spans = new Map(run.spans.map((span) => [span.spanId, span]));
    attempts = run.spans.filter(({ attributes }) => attributes['mlesmith.stage'] !== undefined);
  }, 120_000);

  /** The attempt that a span belongs to. */
  const attemptOf = (span: SentSpan): SentSpan | undefined => attempts.find(({ traceId }) => traceId === span.traceId);
  const caused = (span: SentSpan | undefined, by: string) => span?.links.find(({ attributes }) => attributes['mlesmith.link'] === by);

  describe('traces', () => {
    it('lead from the verdict of a task back to the ingestion of its dataset, and name the first span from everywhere', () => {
      const verdict = run.spans.find((span) => span.name === 'transition task.verified' && attemptOf(span)?.attributes['mlesmith.subject.id'] === task.id);
      const way: string[] = [];
      for (let at = verdict === undefined ? undefined : attemptOf(verdict); at !== undefined;) {
        way.unshift(at.name);
        const cause = spans.get(caused(at, 'cause')?.spanId ?? '');
        at = cause === undefined ? undefined : attemptOf(cause);
      }

      expect(way).toEqual(['ingest', 'brainstorm', 'design', 'assert-design', 'refactor', 'assert-package', 'review', 'execute']);
      const ingest = attempts.find(({ name, attributes }) => name === 'ingest' && attributes['mlesmith.dataset.id'] === task.datasetId);
      const later = attempts.filter(({ attributes }) => attributes['mlesmith.dataset.id'] === task.datasetId).filter((attempt) => attempt !== ingest);
      // Where the cause is the first span, one link tells both.
      expect(later.map((attempt) => (caused(attempt, 'root') ?? caused(attempt, 'cause'))?.spanId)).toEqual(later.map(() => ingest?.spanId));
    });

    it('hold what the catalogue has, and all of it that such a run does', () => {
      const strange = run.spans.filter((span) => {
        const row = rowOfSpan(span);
        return row === undefined || Object.keys(span.attributes).some((attribute) => !Object.hasOwn(SPANS[row].attributes, attribute));
      });

      expect(strange.map(({ name, kind, scope, attributes }) => ({ name, kind, scope, attributes }))).toEqual([]);
      const seen = new Set<string | undefined>(run.spans.map(rowOfSpan));
      const unseen = Object.entries<SpanRow>(SPANS).filter(([row, { shownWhen }]) => !seen.has(row) && shownWhen === undefined);
      expect(unseen.map(([, { name }]) => name)).toEqual([]);
    });

    it('have each step within its attempt: calls, jobs with their parts, the write of the result', () => {
      const steps = run.spans.filter(({ scope, parentId }) => scope === 'mle-smith' && parentId !== '');
      const outside = steps.filter((step) => {
        const attempt = attemptOf(step);
        return attempt === undefined || step.from < attempt.from - TICK || step.to > attempt.to + TICK;
      });

      expect(outside.map(({ name, from, to }) => ({ name, from, to }))).toEqual([]);
      const names = new Set(steps.map(({ name }) => name));
      for (const wanted of ['chat scripted', 'job measure', 'job solve', 'job grade', 'phase fit', 'phase read', 'transition task.designed'])
        expect(names).toContain(wanted);
      expect(steps.filter(({ name }) => name.startsWith('phase ')).every(({ parentId }) => spans.get(parentId)?.name.startsWith('job '))).toBe(true);
    });

    it('are not torn or doubled by messages that come again: each is linked to who sent it first', () => {
      const stages = attempts.filter(({ attributes }) => attributes['mlesmith.subject.id'] === task.id).map(({ name }) => name);
      const processed = run.spans.filter(({ name }) => name.startsWith('process '));
      const senders = processed.map((span) => span.links.map(({ spanId }) => spans.get(spanId)?.name ?? '')).flat();

      expect(stages.toSorted()).toEqual(['assert-design', 'assert-package', 'design', 'execute', 'refactor', 'review']);
      expect(new Set(senders.map((name) => name.split(' ')[0]))).toEqual(new Set(['send']));
      expect(processed.length).toBeGreaterThan(run.spans.filter(({ name }) => name.startsWith('send ')).length);
    });
  });

  describe('the timeline', () => {
    it('lists attempts with their traces, jobs, calls and what they left, in order, on the page of the gateway', () => {
      const { history } = task;

      expect(history.map(({ stage }) => stage)).toEqual(['design', 'assert-design', 'refactor', 'assert-package', 'review', 'execute']);
      expect(history.map(({ trace }) => trace)).toEqual(
        history.map(({ stage }) => attempts.find((one) => one.name === stage && one.attributes['mlesmith.subject.id'] === task.id)?.traceId),
      );
      for (const { events = [], durationMs = 0 } of history) {
        expect(events.map(({ atMs }) => atMs)).toEqual(events.map(({ atMs }) => atMs).toSorted((one, other) => one - other));
        expect(events.every(({ atMs }) => atMs <= durationMs)).toBe(true);
      }
      const events = history.flatMap(({ stage, events: of = [] }) => of.map((event) => ({ stage, event })));
      const calls = events.flatMap(({ stage, event }) => (event.kind === 'call' ? [`${stage ?? ''}: ${event.agent} of ${event.model}`] : []));
      expect(new Set(calls)).toEqual(
        new Set([
          'design: designer of scripted',
          'refactor: refactor of scripted',
          'review: careful of scripted',
          'review: sceptic of scripted',
          'execute: solver of scripted',
        ]),
      );
      expect(calls.length).toBe(task.cost.calls);
      expect(new Set(events.flatMap(({ event }) => (event.kind === 'job' ? [event.zone] : [])))).toEqual(new Set(['measure', 'solve', 'grade']));
      // What its dataset left came with the proposal.
      const left = Object.assign({}, ...history.map(({ documents = {} }) => documents)) as Record<string, string>;
      expect(Object.keys(left)).toEqual(expect.arrayContaining(['design', 'package', 'assert', 'review', 'execute', 'verified']));
      expect(task.documents).toMatchObject(left);
    });

    it('is told by `show` as it is by the gateway, with a line for each job and call', () => {
      const shown = run.told[task.id] ?? '';
      const events = task.history.flatMap(({ events: of = [] }) => of);

      expect(shown.match(/^ {4}\S+Z {2}(job|call) /gm)?.length).toBe(events.length);
      for (const { trace = 'none' } of task.history) expect(shown).toContain(`trace ${trace}`);
    });

    it('tells the cost of the verified task by stage: money, tokens, processor time', () => {
      const { byStage, usd, cpuSeconds } = task.cost;

      expect(byStage['design']).toMatchObject({ attempts: 1, usd: expect.any(Number) as number });
      expect(byStage['design']?.usd).toBeGreaterThan(0);
      expect(byStage['execute']?.cpuSeconds).toBeGreaterThan(0);
      const sum = (stages: typeof byStage, of: (stage: (typeof byStage)[string]) => number): number =>
        Object.values(stages).reduce((all, stage) => all + of(stage), 0);
      expect(sum(byStage, (stage) => stage.usd)).toBeCloseTo(usd, 6);
      expect(sum(byStage, (stage) => stage.cpuSeconds)).toBeCloseTo(cpuSeconds, 2);
      const { verified, byStage: work, perVerifiedTask } = run.costs;
      expect(verified.tasks).toBe(2);
      expect(sum(verified.dearest.find(({ id }) => id === task.id)?.byStage ?? {}, (stage) => stage.usd)).toBeCloseTo(usd, 6);
      expect(sum(verified.byStage, (stage) => stage.usd)).toBeCloseTo(
        verified.dearest.reduce((all, each) => all + sum(each.byStage, (stage) => stage.usd), 0),
        6,
      );
      expect(2 * (perVerifiedTask?.all.cpuSeconds ?? 0)).toBeCloseTo(
        sum(work, (stage) => stage.cpuSeconds),
        1,
      );
      expect(perVerifiedTask?.all.usd).toBeGreaterThan(sum(verified.byStage, (stage) => stage.usd) / 2);
      expect(run.told['status']).toMatch(/all work per verified task .*:\n {2}ingest .*\n(.*\n)* {2}all .*CPU .* tokens in and .* out, \$0\./);
      expect(run.told['status']).toMatch(/cost of 2 verified tasks:\n {2}design .*\n(.*\n)* {2}execute .*CPU .* s, GPU 0\.00 s/);
    });
  });

  describe('logs', () => {
    const lines = (): Line[] => run.lines.map((line) => JSON.parse(line) as Line);

    it('are one object a line, with a code of the table and nothing that a terminal obeys', () => {
      const wrong = run.lines.filter((line) => {
        const { code, level, service, version, time } = JSON.parse(line) as Line;
        const known = Object.hasOwn(LOG_CODES, String(code)) && LOG_CODES[code as keyof typeof LOG_CODES].level === level;
        return !known || /[\u0000-\u001f\u007f-\u009f\u2028-\u202e]/.test(line) || [service, version, time].some((value) => typeof value !== 'string');
      });

      expect(wrong).toEqual([]);
      expect(run.lines.length).toBeGreaterThan(20);
    });

    it('say of each step whose it is, at which attempt, and in which trace', () => {
      const steps = lines().filter(({ code, task: id }) => code === 'stage.advanced' && id === task.id);

      expect(steps.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['design', 'review']));
      for (const { stage, attempt, generation, dataset, trace_id: traceId } of steps) {
        expect([attempt, generation, dataset]).toEqual([1, 1, task.datasetId]);
        expect(traceId).toBe(attempts.find(({ name, attributes }) => name === stage && attributes['mlesmith.subject.id'] === task.id)?.traceId);
      }
    });

    it('have one line for each end that is a failure, which says what, where, why and what to do', () => {
      const ends = lines().filter(({ code }) => ['dataset.refused', 'task.abandoned'].includes(String(code)));
      const failed = run.subjects.filter(({ state }) => ['dataset.refused', 'task.abandoned'].includes(state));

      expect(failed.map(({ id }) => id)).toEqual(['leaflet']);
      expect(ends.map(({ dataset, stage, data }) => [dataset, stage, data?.['reason'], data?.['todo']])).toEqual([
        ['leaflet', 'ingest', failed[0]?.code, REASON_CODES[failed[0]?.code as keyof typeof REASON_CODES]],
      ]);
      expect(ends[0]?.data?.['detail']).toEqual(expect.stringContaining(failed[0]?.message ?? '-'));
    });
  });

  it('shows no secret in any of its forms, in a log, a span, a metric, an event, a timeline, the store, a package or a report', () => {
    const secrets = { ...PLANTED, 'a key of the gateway': run.callersKey, 'the key of the bucket that works': run.bucketKey };
    const found = Object.entries(run.sinks).flatMap(([sink, bytes]) =>
      Object.entries(secrets).flatMap(([setting, secret]) =>
        formsOf(secret).flatMap((form) => (bytes.includes(form) ? [`${setting} in the ${sink}, as ${form}`] : [])),
      ),
    );

    expect(found).toEqual([]);
    expect(Object.entries(run.sinks).filter(([, bytes]) => bytes.length < 1_000)).toEqual([]);
  });
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [secret, encodeURIComponent(secret), base64.slice(2, -2), secret.slice(0, -5)];
}
