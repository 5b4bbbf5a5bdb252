import { commandLine } from './command-line.ts';

describe('the command line of a cluster', () => {
  it('gives a name of its own or the one that is wanted, and settings with all that follows the first =', () => {
    expect(commandLine([], {}).name).not.toBe(commandLine([], {}).name);
    expect(commandLine(['--name', 'mine', 'MLE_SMITH_MAX_TASKS=2', 'KAFKA_PASSWORD=a=b'], {})).toEqual({
      name: 'mine',
      settings: { MLE_SMITH_MAX_TASKS: '2', KAFKA_PASSWORD: 'a=b' },
    });
  });

  it.each([
    [['MLE_SMITH_MAX_TASK=2'], 'configuration', 'did you mean MLE_SMITH_MAX_TASKS?'],
    [['MLE_SMITH_MAX_TASKS=two'], 'configuration', 'MLE_SMITH_MAX_TASKS'],
    [['two'], 'usage', '[argument=two]'],
    [['--nam', 'x'], 'usage', '--nam'],
    [['--name', 'Not_A.bucket'], 'usage', '[name=Not_A.bucket]'],
  ])('refuses %j before anything is started, and says what is wrong', (args, code, words) => {
    let refused: unknown;
    try {
      commandLine(args, {});
    } catch (error) {
      refused = error;
    }

    expect(refused).toMatchObject({ code, message: expect.stringContaining(words) as string });
  });
});
