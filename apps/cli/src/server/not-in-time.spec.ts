import { CliError } from '../cli-error.ts';
import { notInTime } from './not-in-time.ts';

describe('a run at a server that did not end in time', () => {
  it('names the stage of each subject that has not ended, and what the server said last', () => {
    const states = new Map([
      ['a', 'dataset.brainstormed'],
      ['a--x', 'task.reviewed'],
      ['a--y', 'task.verified'],
      ['b', 'dataset.received'],
    ]);

    const { message, exitCode } = notInTime('http://gateway', 270, states, new CliError('unavailable', 'the store cannot be reached'));

    expect(message).toMatch(
      /^not all has ended within 270 s: a--x waits for execute, b waits for ingest; .*; the store cannot be reached \[server=http:\/\/gateway\]/,
    );
    expect(exitCode).toBe(1);
  });

  it('says so where nothing was taken in', () => {
    expect(notInTime('http://gateway', 270, new Map(), new Error('a stack')).message).toContain('within 270 s: no dataset was taken in [server');
  });
});
