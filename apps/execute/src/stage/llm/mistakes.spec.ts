import { mistakeOf } from './mistakes.ts';

describe('mistakes of the solver', () => {
  it.each([
    ['code_failed', 'ValueError: could not convert string to float', 'exception ValueError'],
    ['code_failed', 'pandas.errors.ParserError: bad line', 'exception ParserError'],
    ['code_failed', 'IndentationError: unexpected indent', 'syntax error'],
    ['code_failed', 'the program ended with exit code 3', 'program failed'],
    ['timed_out', 'it ran longer than 1000 ms', 'time limit'],
    ['out_of_memory', 'used more than 4096 MB of memory', 'memory limit'],
    ['limit_exceeded', 'wrote more than 1000 bytes of output', 'limit exceeded'],
    ['submission_missing', 'no file', 'no submission file'],
    ['submission_invalid', 'two ids are missing', 'invalid submission'],
  ] as const)('%s with "%s" is: %s', (mode, message, kind) => {
    expect(mistakeOf(4, { mode, message })).toEqual({ step: 4, kind });
  });

  it('are none where a submission was scored', () => {
    expect(mistakeOf(1, { mode: 'scored', message: 'the submission was scored', score: 1 })).toBeUndefined();
  });
});
