import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { probeSandbox } from './probe-sandbox.ts';
import { ATTACKS } from './testing/attacks.ts';
import { runAttacks, type AttackOutcome } from './testing/run-attacks.ts';

const NOBODY = '65534';
const probe = await probeSandbox();
const suite = probe.mode === 'process' ? describe.skip : describe;
const asRoot = process.getuid?.() === 0;

const faults = (outcomes: readonly AttackOutcome[]): string[] =>
  outcomes
    .filter(({ stopped, servedNext }) => !stopped || !servedNext)
    .map(({ title, trust, stopped, detail }) => `${trust}: ${title}: ${stopped ? 'the next job was not served' : 'not stopped'} (${detail})`);

suite(`the sandbox, for the user who runs this (${probe.isolation.kind})`, () => {
  it('stops every attack, and serves the next job from clean folders', async () => {
    process.env['HOST_SECRET'] = 'HOST_SECRET';
    const { isolation, outcomes } = await runAttacks();

    expect(faults(outcomes)).toEqual([]);
    const skipped = isolation.gaps.length === 0 ? 0 : ATTACKS.filter((attack) => attack.needsControlGroups === true).length;
    expect(outcomes).toHaveLength(2 * (ATTACKS.length - skipped));
  }, 300_000);
});

// Root can become anybody; anybody else has run in this mode above.
if (asRoot)
  suite('the sandbox, for a user who is not root', () => {
    it('stops every attack but those that need control groups, and says so', async () => {
      const { stdout } = await promisify(execFile)(
        'setpriv',
        [
          `--reuid=${NOBODY}`,
          `--regid=${NOBODY}`,
          '--clear-groups',
          process.execPath,
          '--disable-warning=ExperimentalWarning',
          join(import.meta.dirname, 'testing', 'attacks-main.ts'),
        ],
        { env: { PATH: process.env['PATH'] ?? '', HOME: '/tmp', HOST_SECRET: 'HOST_SECRET', TMPDIR: '/tmp' }, maxBuffer: 64 * 1024 * 1024, cwd: '/' },
      );
      const { isolation, outcomes } = JSON.parse(stdout) as Awaited<ReturnType<typeof runAttacks>>;

      expect(isolation.kind).toBe('bubblewrap-user');
      expect(faults(outcomes)).toEqual([]);
      expect(isolation.gaps.join()).toContain('control groups');
    }, 300_000);
  });
