import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTACKS, openAttackRange, type AttackRange } from '@mle-smith/environment/testing';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { probeSandbox } from './probe-sandbox.ts';
import { SandboxJobRunner } from './sandbox-job-runner.ts';
import { repositoryPython } from './testing/repository-python.ts';

const folder = mkdtempSync(join(tmpdir(), 'mle-smith-attacks-'));
const probe = await probeSandbox();

(probe.mode === 'process' ? describe.skip : describe)(`the sandbox (${probe.isolation.kind})`, () => {
  let range: AttackRange;
  beforeAll(async () => {
    process.env['HOST_SECRET'] = 'HOST_SECRET';
    const artifacts = new InMemoryArtifactStore();
    range = await openAttackRange(await SandboxJobRunner.open({ artifacts, ...repositoryPython(), workDirectory: join(folder, 'work') }), artifacts);
  });
  afterAll(async () => {
    await range.close();
    rmSync(folder, { recursive: true, force: true });
  });

  describe.each(['ours', 'untrusted'] as const)('for a program that is %s', (trust) => {
    it.each(ATTACKS.filter((attack) => (attack.only ?? trust) === trust))('stops one that $title, and serves the next', async (attack) => {
      expect(await range.attempt(attack, trust)).toBeUndefined();
    });
  });
});
