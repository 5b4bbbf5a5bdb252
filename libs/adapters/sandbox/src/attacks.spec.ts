import { probeSandbox } from './probe-sandbox.ts';
import { openAttackRange, type AttackRange } from './testing/attack-range.ts';
import { ATTACKS } from './testing/attacks/index.ts';

const probe = await probeSandbox();

(probe.mode === 'process' ? describe.skip : describe)(`the sandbox (${probe.isolation.kind})`, () => {
  let range: AttackRange;
  beforeAll(async () => {
    process.env['HOST_SECRET'] = 'HOST_SECRET';
    range = await openAttackRange();
  });
  afterAll(() => range.close());

  describe.each(['ours', 'untrusted'] as const)('for a program that is %s', (trust) => {
    it.each(ATTACKS.filter((attack) => (attack.only ?? trust) === trust))('stops one that $title, and serves the next', async (attack) => {
      expect(await range.attempt(attack, trust)).toBeUndefined();
    });
  });
});
