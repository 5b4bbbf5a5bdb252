import fc from 'fast-check';
import { PIPELINE, REASON_CODES, type ReasonCode, type StageName } from '@mle-smith/contracts';
import { isTerminal, legalSuccessors, stageOf } from '@mle-smith/task';
import { newSubject } from './new-subject.ts';
import type { StageOutcome } from './stage.ts';
import type { SubjectRecord } from './subject-record.ts';
import { BLOCKING } from './testing/scripted-stages.ts';
import { DEFAULT_RETRY_POLICY, changeFor, changeForError, event } from './transitions.ts';

const POLICY = { ...DEFAULT_RETRY_POLICY, maxInfraRetries: 5 };

const outcome = fc.oneof(
  fc.constant<StageOutcome>({ kind: 'advanced', documents: {} }),
  fc.constant<StageOutcome>({ kind: 'retry', code: 'busy', message: '' }),
  fc.constantFrom(...(Object.keys(REASON_CODES) as ReasonCode[])).map((code): StageOutcome => ({ kind: 'ended', code, message: '' })),
  fc.constant('returned' as const),
  fc.constant('throws' as const),
);

/** Any legal outcome at this stage: a stage that sends nothing back ends instead. */
function step(record: SubjectRecord, stage: StageName, what: StageOutcome | 'returned' | 'throws'): SubjectRecord {
  const to = PIPELINE.find((row) => row.stage === stage)?.rejectsTo[0] as StageName | undefined;
  const attempt = { stage, now: 1, durationMs: 0 };
  const chosen: StageOutcome | 'throws' =
    what !== 'returned' ? what : to === undefined ? 'throws' : { kind: 'returned', to, findings: [BLOCKING], documents: {} };
  const {
    events: _events,
    history,
    ...change
  } = chosen === 'throws' ? changeForError(record, new Error('broken'), attempt, POLICY) : changeFor(record, chosen, attempt, POLICY);
  const next = { ...record, ...change };
  expect([next.state]).toEqual([history.to]);
  expect([...legalSuccessors(record.state), record.state]).toContain(next.state);
  return next;
}

describe('transitions', () => {
  it('note when a subject comes into a state or is sent back to one, and not when it stays', () => {
    const at = { stage: 'review' as const, now: 7_000, durationMs: 0 };
    const reviewed = newSubject({ id: 't', kind: 'task', datasetId: 'd', state: 'task.asserted' }, 1);
    const since = (what: StageOutcome): number | undefined => changeFor(reviewed, what, at, POLICY).since;

    expect(since({ kind: 'advanced', documents: {} })).toBe(7_000);
    expect(since({ kind: 'returned', to: 'design', findings: [BLOCKING], documents: {} })).toBe(7_000);
    expect(since({ kind: 'retry', code: 'busy', message: '' })).toBeUndefined();
  });

  it('follow the pipeline and come to an end, whatever the stages answer', () => {
    fc.assert(
      fc.property(fc.constantFrom('dataset', 'task'), fc.infiniteStream(outcome), (kind, outcomes) => {
        let record = newSubject({ id: 's', kind, datasetId: 'd', state: kind === 'dataset' ? 'dataset.received' : 'task.proposed' }, 1);
        let steps = 0;
        for (const what of outcomes) {
          const stage = stageOf(record.state);
          if (stage === undefined) break;
          record = step(record, stage, what);
          steps += 1;
          // 3 generations of 6 stages, each with up to 3 attempts and 5 faults of the machine.
          if (steps > 3 * 6 * 8) return false;
        }
        return isTerminal(record.state) && record.generation <= POLICY.maxGenerations;
      }),
      { numRuns: 500 },
    );
  });

  it('name an event by what it says, so that saying it again is the same event', () => {
    const subject = { id: 't', datasetId: 'd', generation: 1 };

    expect(event('task.designed', subject, {}, 5).id).toBe(event('task.designed', subject, { more: 'x' }, 9).id);
    expect(
      new Set(
        [
          event('task.designed', subject, {}, 0),
          event('task.refactored', subject, {}, 0),
          event('task.designed', { ...subject, generation: 2 }, {}, 0),
          event('task.designed', { ...subject, id: 'u' }, {}, 0),
        ].map(({ id }) => id),
      ).size,
    ).toBe(4);
  });

  it('announce every new state, and that work was sent back', () => {
    const record = newSubject({ id: 't', kind: 'task', datasetId: 'd', state: 'task.asserted' }, 1);
    const types = (what: StageOutcome): string[] =>
      (changeFor(record, what, { stage: 'review', now: 0, durationMs: 0 }, POLICY).events ?? []).map(({ type }) => type);

    expect(types({ kind: 'advanced', documents: {} })).toEqual(['io.mlesmith.task.reviewed.v1']);
    expect(types({ kind: 'returned', to: 'design', findings: [BLOCKING], documents: {} })).toEqual(['io.mlesmith.task.returned.v1']);
    expect(types({ kind: 'ended', code: 'trivial', message: '' })).toEqual(['io.mlesmith.task.abandoned.v1']);
    expect(types({ kind: 'retry', code: 'busy', message: '' })).toEqual([]);
  });

  it('say in the history what sent a task back', () => {
    const record = newSubject({ id: 't', kind: 'task', datasetId: 'd', state: 'task.asserted' }, 1);
    const hint = { ...BLOCKING, severity: 'warn' as const, rule: 'S99', message: 'a hint' };
    const returned: StageOutcome = { kind: 'returned', to: 'design', findings: [hint, BLOCKING, BLOCKING], documents: {} };

    const { history } = changeFor(record, returned, { stage: 'review', now: 0, durationMs: 0 }, DEFAULT_RETRY_POLICY);

    expect(history.message).toBe(`${BLOCKING.rule}: ${BLOCKING.message}`);
  });

  it('wait twice as long after each fault, up to 64 times', () => {
    const record = newSubject({ id: 't', kind: 'task', datasetId: 'd', state: 'task.asserted' }, 1);
    const wait = (infraRetries: number): number | undefined =>
      changeFor({ ...record, infraRetries }, { kind: 'retry', code: 'busy', message: '' }, { stage: 'review', now: 0, durationMs: 0 }, DEFAULT_RETRY_POLICY)
        .notBefore;

    expect([0, 1, 2, 6, 50].map(wait)).toEqual([1_000, 2_000, 4_000, 64_000, 64_000]);
  });

  it('names the code of a fault once, where its message begins with it', () => {
    const record = newSubject({ id: 't', kind: 'task', datasetId: 'd', state: 'task.proposed' }, 1);
    const outcome = { kind: 'retry', code: 'ENOSPC', message: 'ENOSPC: no space left on device, write' } as const;

    const { history } = changeFor(record, outcome, { stage: 'design', now: 0, durationMs: 0 }, DEFAULT_RETRY_POLICY);

    expect(history.message).toBe('ENOSPC: no space left on device, write');
  });
});
