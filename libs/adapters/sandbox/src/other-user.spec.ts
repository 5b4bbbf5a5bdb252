import { jestAsOtherUser, otherUserFault } from './testing/other-user.ts';

// Anybody but root has run these suites as himself; root runs them once more as somebody else.
const asRoot = process.getuid?.() === 0;
const fault = asRoot ? otherUserFault() : undefined;

if (asRoot)
  (fault === undefined ? describe : describe.skip)(
    `the sandbox of a user who is not root${fault === undefined ? '' : ` (not possible here: ${fault})`}`,
    () => {
      it('stops every attack and keeps the contract', async () => {
        const tests = await jestAsOtherUser(['libs/adapters/sandbox/src/attacks.spec.ts', 'libs/adapters/sandbox/src/sandbox-job-runner.spec.ts']);

        expect(tests.filter(({ status }) => status !== 'passed')).toEqual([]);
        expect(tests.filter(({ fullName }) => fullName.includes('bubblewrap-user')).length).toBeGreaterThan(100);
      }, 300_000);
    },
  );
