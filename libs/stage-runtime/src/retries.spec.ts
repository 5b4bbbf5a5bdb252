import { putJson } from '@mle-smith/package';
import { resumeWaiting } from './deadlines.ts';
import { allSubjects } from './each-subject.ts';
import { MAX_FINDINGS_BYTES } from './record-size.ts';
import type { StageHandler, StageOutcome } from './stage.ts';
import { Bench } from './testing/bench.ts';
import { BLOCKING } from './testing/scripted-stages.ts';

/** A stage that answers with each of these in turn, then advances. */
function answers(...script: (() => StageOutcome)[]): StageHandler {
  const left = [...script];
  return async () => (left.shift() ?? (() => ({ kind: 'advanced', documents: {} }) as const))();
}
const throws = (code?: string) => (): never => {
  throw Object.assign(new Error('it broke'), code === undefined ? {} : { code });
};
const lost = (): StageOutcome => ({ kind: 'retry', code: 'sandbox_lost', message: 'gone' });
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('retries', () => {
  it('cost a task no attempt when the machine is at fault', async () => {
    const bench = new Bench();

    await (await bench.run(1, { design: answers(...times(20, lost)) })).start();

    const rows = (await bench.store.history('d-1')).filter((row) => row.stage === 'design');
    expect(rows.map((row) => [row.outcome, row.attempt])).toEqual([...times(20, ['retry', 1]), ['advanced', 1]]);
    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.verified', attempts: 0, infraRetries: 0 });
  });

  it.each(['ENOSPC', 'EMFILE', 'EIO'])('count a thrown %s as a fault of the machine', async (code) => {
    const bench = new Bench();

    await (await bench.run(1, { design: answers(...times(5, throws(code))) })).start();

    expect(await bench.states()).toMatchObject({ 'd-1': 'task.verified' });
    expect((await bench.store.history('d-1'))[0]).toMatchObject({ outcome: 'retry', message: `${code}: it broke` });
  });

  it('end sooner where the stage says that waiting is of little use', async () => {
    const bench = new Bench();
    const page = (): StageOutcome => ({ kind: 'retry', code: 'model_garbage', message: 'a page', rounds: 2 });

    await (await bench.run(1, { design: answers(...times(9, page)) })).start();

    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.abandoned', code: 'infra_exhausted', message: 'model_garbage: a page' });
    expect((await bench.store.history('d-1')).map((row) => row.code)).toEqual(['model_garbage', 'model_garbage', 'infra_exhausted']);
  });

  it('of what waits for somebody end the run when nothing else can be done, and go on when they are resumed', async () => {
    const bench = new Bench();
    const said = await putJson(bench.artifacts, ['a transcript']);
    const waits = (): StageOutcome => ({ kind: 'retry', code: 'budget_exceeded', message: 'raise it', afterMs: 3_600_000, rounds: 1, documents: { said } });
    const script = { design: answers(waits, () => ({ kind: 'advanced', documents: {} })) };
    const endWaiting = async (): Promise<boolean> => true;
    await (await bench.run(2, script, { workers: 1, endWaiting })).start();
    expect(await bench.states()).toEqual({ d: 'dataset.brainstormed', 'd-1': 'task.proposed', 'd-2': 'task.verified' });
    expect((await bench.store.get('d-1'))?.documents).toMatchObject({ said });

    await resumeWaiting(bench.store, 'another_code');
    expect((await bench.store.get('d-1'))?.infraRetries).toBe(1);
    await resumeWaiting(bench.store, 'budget_exceeded');
    await (await bench.run(0, script, { endWaiting })).start();

    expect(await bench.states()).toMatchObject({ 'd-1': 'task.verified' });
    expect((await bench.store.history('d-1')).map(({ outcome, code }) => code ?? outcome).slice(0, 3)).toEqual(['budget_exceeded', 'resumed', 'advanced']);
    expect(await bench.audit()).toEqual([]);
  });

  it('end with their own code where that is a reason', async () => {
    const bench = new Bench();

    await (await bench.run(1, { design: async () => ({ kind: 'retry', code: 'budget_exceeded', message: 'raise it', rounds: 2 }) })).start();

    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.abandoned', code: 'budget_exceeded', message: 'raise it' });
    expect(await bench.store.history('d-1')).toHaveLength(3);
  });

  it('that are free count against nothing, however many there are', async () => {
    const bench = new Bench();
    const unpaid = (): StageOutcome => ({ kind: 'retry', code: 'model_quota', message: 'no money', rounds: 2, free: true });

    await (await bench.run(1, { design: answers(...times(120, unpaid), lost, lost) }, { policy: { maxInfraRetries: 2 } })).start();

    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.verified', infraRetries: 0 });
    expect((await bench.store.history('d-1')).filter(({ code }) => code === 'model_quota')).toHaveLength(120);
  });

  it('end when the machine never recovers', async () => {
    const bench = new Bench();

    await (await bench.run(1, { design: answers(...times(99, lost)) }, { policy: { maxInfraRetries: 4 } })).start();

    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.abandoned', code: 'infra_exhausted', message: 'sandbox_lost: gone' });
    expect(await bench.store.history('d-1')).toHaveLength(5);
  });

  it('end when work on a subject loses its worker again and again', async () => {
    const bench = new Bench();
    const run = await bench.run(0, {}, { policy: { maxInfraRetries: 3 } });
    for (let worker = 1; worker <= 5; worker += 1) {
      await bench.store.claim(['dataset.received'], `worker-${worker}`, 10);
      bench.clock.advance(10);
    }

    await run.start();

    expect(await bench.store.get('d')).toMatchObject({ state: 'dataset.refused', code: 'infra_exhausted' });
  });

  it('are three attempts when the program is at fault, counted for each stage', async () => {
    const bench = new Bench();

    await (
      await bench.run(1, { design: answers(throws(), throws()), refactor: answers(throws(), throws()), review: answers(throws(), throws(), throws()) })
    ).start();

    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.abandoned', code: 'platform_error', message: 'review: it broke' });
    expect((await bench.store.history('d-1')).filter((row) => row.outcome === 'failed').map((row) => row.stage)).toEqual([
      'design',
      'design',
      'refactor',
      'refactor',
      'review',
      'review',
    ]);
    expect(await bench.audit()).toEqual([]);
  });

  it('are not made for an error that says why the subject ends', async () => {
    const bench = new Bench();

    await (await bench.run(1, { design: answers(throws('unsandboxed_refused')) })).start();

    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.abandoned', code: 'unsandboxed_refused', message: 'it broke' });
  });

  it('wait in the store while other subjects go on', async () => {
    const bench = new Bench();
    bench.onNotice = (notice) => {
      if (notice.to === 'task.verified' && notice.record.id === 'd-2') bench.clock.advance(5_000);
    };

    await (await bench.run(2, { design: answers(() => ({ kind: 'retry', code: 'busy', message: '', afterMs: 5_000 })) }, { workers: 1 })).start();

    expect(bench.notices.filter((notice) => notice.to === 'task.verified').map((notice) => notice.record.id)).toEqual(['d-2', 'd-1']);
  });

  it('survive findings that are more than a subject may hold, and messages of any length', async () => {
    const bench = new Bench();
    const long = { ...BLOCKING, message: 'x'.repeat(MAX_FINDINGS_BYTES) };

    await (
      await bench.run(3, {
        review: async ({ id }) =>
          id === 'd-1'
            ? { kind: 'returned', to: 'design', findings: [long], documents: {} }
            : id === 'd-2'
              ? { kind: 'ended', code: 'trivial', message: 'y'.repeat(1_000_000) }
              : { kind: 'advanced', documents: {} },
      })
    ).start();

    expect(await bench.states()).toMatchObject({ 'd-1': 'task.abandoned', 'd-2': 'task.abandoned', 'd-3': 'task.verified' });
    expect((await bench.store.get('d-1'))?.message).toMatch(/^review: a stage left more on a subject than it may hold \[part=findings/);
    expect((await bench.store.get('d-2'))?.message).toHaveLength(4_000);
    expect((await bench.store.history('d-2')).at(-1)?.message).toHaveLength(4_000);
  });

  it('survive a step that the pipeline does not have', async () => {
    const bench = new Bench();

    await (await bench.run(2, { execute: answers(() => ({ kind: 'returned', to: 'refactor', findings: [BLOCKING], documents: {} })) })).start();

    expect(
      (await allSubjects(bench.store))
        .filter((record) => record.kind === 'task')
        .map((record) => record.code)
        .sort(),
    ).toEqual(['platform_error', undefined]);
    expect(await bench.audit()).toEqual([]);
  });
});

describe('repair', () => {
  it('tells the stage what to mend and forgets it afterwards', async () => {
    const bench = new Bench();
    const told: string[][] = [];
    const design: StageHandler = async (item) => {
      told.push(item.findings.map((finding) => finding.rule));
      return { kind: 'advanced', documents: {} };
    };

    await (await bench.run(1, { design, review: answers(() => ({ kind: 'returned', to: 'design', findings: [BLOCKING], documents: {} })) })).start();

    expect(told).toEqual([[], ['S01']]);
    expect(await bench.store.get('d-1')).toMatchObject({ state: 'task.verified', generation: 2, findings: [] });
    expect((await bench.store.history('d-1')).find((row) => row.outcome === 'returned')).toMatchObject({ rules: ['S01'], generation: 1 });
  });

  it('ends as defective after the last generation, with what remained', async () => {
    const bench = new Bench();

    await (
      await bench.run(1, { review: async () => ({ kind: 'returned', to: 'refactor', findings: [BLOCKING], documents: {} }) }, { policy: { maxGenerations: 2 } })
    ).start();

    expect(await bench.store.get('d-1')).toMatchObject({
      state: 'task.abandoned',
      code: 'defective',
      generation: 2,
      findings: [BLOCKING],
      message: 'S01 remained after generation 2: not good enough',
    });
    expect(await bench.audit()).toEqual([]);
  });
});
