import fc from 'fast-check';
import { PIPELINE, TERMINAL_STATES } from '@mle-smith/contracts';
import { slug } from './deterministic-names.ts';
import { checkTransition, isTerminal, legalSuccessors, repairStage, stageOf } from './life-cycle.ts';

describe('the life cycle', () => {
  it('ends every walk over legal steps in a terminal state or at a stage of the table', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10), { maxLength: 40 }), (choices) => {
        let state: string = 'dataset.received';
        for (const choice of choices) {
          const next = legalSuccessors(state);
          if (next.length === 0) break;
          state = next[choice % next.length] ?? state;
        }
        return isTerminal(state) || stageOf(state) !== undefined;
      }),
    );
  });

  it('names both states of a step that is not allowed', () => {
    expect(() => checkTransition('task.proposed', 'task.verified')).toThrow('from=task.proposed, to=task.verified');
  });

  it('lets nothing leave a terminal state', () => {
    expect(TERMINAL_STATES.flatMap((state) => legalSuccessors(state))).toEqual([]);
  });

  it('has one stage for each state that is not terminal', () => {
    expect(PIPELINE.map((row) => stageOf(row.consumes))).toEqual(PIPELINE.map((row) => row.stage));
  });

  it('sends findings to the earliest owner and repairs nothing that may not be repaired', () => {
    const finding = (owner: 'designer' | 'refactor' | 'none', severity: 'block' | 'warn' = 'block') => ({
      rule: 'S01',
      severity,
      message: '',
      evidence: {},
      owner,
    });

    expect(repairStage([finding('refactor'), finding('designer')])).toBe('design');
    expect(repairStage([finding('refactor'), finding('designer', 'warn')])).toBe('refactor');
    expect(repairStage([finding('designer'), finding('none')])).toBeUndefined();
    expect(repairStage([])).toBeUndefined();
  });
});

describe('slugs', () => {
  it('are DNS-1123 labels whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(slug(text))));
  });
});
