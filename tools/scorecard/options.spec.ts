import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { readOptions } from './options.ts';

/** Runs the command: what it wrote, and its exit status. */
function run(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  return new Promise((found) => {
    execFile(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], (error, stdout, stderr) => {
      found({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('the options of the scorecard', () => {
  it('are read, with patterns and numbers as such', () => {
    expect(readOptions(['--workers', '3', '--only', 'a|b', '--data', 'x', '--data', 'y'])).toMatchObject({
      workers: 3,
      packages: 3,
      variations: 16,
      only: /^(?:a|b)$/,
      data: ['x', 'y'],
    });
  });

  it.each([
    ['an unknown option', ['--what'], "Unknown option '--what'"],
    ['an argument without an option', ['bikes'], "Unexpected argument 'bikes'"],
    ['an option without its value', ['--only'], "'--only <value>' argument missing"],
    ['workers that are no number', ['--workers', 'x'], '--workers must be a whole number from 1 to 999999 [given=x]'],
    ['no workers', ['--workers', '0'], '--workers must be a whole number from 1 to 999999 [given=0]'],
    ['half a package', ['--packages', '0.5'], '--packages must be a whole number from 1 to 999999 [given=0.5]'],
    ['no number of variations', ['--variations', ''], '--variations must be a whole number from 0 to 999999 [given=]'],
    ['a pattern that is none', ['--only', '('], '--only must be a regular expression [given=(]'],
    ['a pattern that closes another', ['--only', 'a)|(b'], '--only must be a regular expression [given=a)|(b]'],
    ['a pattern of datasets that is none', ['--datasets', '['], '--datasets must be a regular expression [given=[]'],
  ])('are refused in one sentence where there is %s', (_case, args, message) => {
    expect(() => readOptions(args)).toThrow(message);
    expect(() => readOptions(args)).toThrow(/^[^\n]*$/);
  });

  it('that are refused end the command with a sentence and status 2, and --help lists them', async () => {
    const [wrong, help] = await Promise.all([run('--only', '('), run('--help')]);

    expect(wrong).toEqual({ status: 2, stdout: '', stderr: 'scorecard: --only must be a regular expression [given=(]\n' });
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toMatch(/^Usage: .*--variations N/);
  }, 60_000);
});
