import { stateText } from './state-text.ts';

describe('the state of a dataset or task in words', () => {
  it.each([
    [{ state: 'dataset.brainstormed' }, 'done'],
    [{ state: 'dataset.refused', code: 'too_few_rows' }, 'refused (too_few_rows)'],
    [{ state: 'dataset.registered' }, 'registered (next: brainstorm)'],
    [{ state: 'task.verified', difficulty: 'hard' as const }, 'verified'],
    [{ state: 'task.verified', difficulty: 'starter' as const }, 'verified (starter)'],
    [{ state: 'task.abandoned', code: 'trivial' }, 'abandoned (trivial)'],
    [{ state: 'task.asserted' }, 'asserted (next: review)'],
  ])('%j is "%s"', (subject, expected) => {
    expect(stateText(subject)).toBe(expected);
  });
});
