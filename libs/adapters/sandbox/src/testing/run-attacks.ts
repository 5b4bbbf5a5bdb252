import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Isolation } from '@mle-smith/contracts';
import type { Job } from '@mle-smith/environment';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { SandboxJobRunner } from '../sandbox-job-runner.ts';
import { ATTACKS, PRELUDE, type Attack } from './attacks.ts';
import { repositoryPython } from './repository-python.ts';

/** What came of one attack. */
export interface AttackOutcome {
  readonly title: string;
  readonly trust: Job['trust'];
  readonly stopped: boolean;
  /** Whether the same machinery served the next job from clean folders. */
  readonly servedNext: boolean;
  readonly detail: string;
}

const CLEAN =
  'import json, os\nleft = [name for place in ("/output", "/tmp", "/dev/shm") for name in os.listdir(place)]\nprocesses = sum(1 for name in os.listdir("/proc") if name.isdigit())\nwith open("/output/report.json", "w") as stream: json.dump({"left": left, "processes": processes}, stream)\n';

/** Runs every attack, as our own code in a warm sandbox and as an untrusted program, in the mode that suits the caller. */
export async function runAttacks(): Promise<{ isolation: Isolation; outcomes: AttackOutcome[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'mle-smith-attacks-'));
  const secret = join(folder, 'secret');
  await writeFile(secret, 'answers');
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const artifacts = new InMemoryArtifactStore();
  const jobs = await SandboxJobRunner.open({ artifacts, ...repositoryPython(), workDirectory: join(folder, 'work') });
  try {
    const outcomes: AttackOutcome[] = [];
    const isolation = jobs.isolation('untrusted');
    const run = async (program: string, trust: Job['trust'], attack?: Attack) =>
      jobs.run({
        name: 'attack',
        zone: 'solve',
        trust,
        run: { script: 'attack.py' },
        inputs: [],
        files: { 'attack.py': new TextEncoder().encode(program) },
        outputs: ['report.json', 'submission.csv'],
        ...(attack?.limits === undefined ? {} : { limits: attack.limits }),
      });
    const reported = async (outputs: readonly { path: string; digest: string }[]): Promise<Record<string, unknown>> => {
      const report = outputs.find((file) => file.path === 'report.json');
      return report === undefined ? {} : (JSON.parse(new TextDecoder().decode(await artifacts.get(report.digest))) as Record<string, unknown>);
    };
    for (const trust of ['ours', 'untrusted'] as const) {
      for (const attack of ATTACKS) {
        if (attack.needsControlGroups === true && isolation.gaps.length > 0) continue;
        const result = await run(PRELUDE + attack.program.replaceAll('SECRET', secret).replaceAll('PORT', String(port)), trust, attack);
        const report = await reported(result.outputs);
        const stopped = report['breached'] === false ? result.status !== 'lost' : (attack.ended ?? []).includes(result.status);
        const next = await run(CLEAN, trust);
        const after = await reported(next.outputs);
        outcomes.push({
          title: attack.title,
          trust,
          stopped,
          servedNext: next.status === 'succeeded' && JSON.stringify(after['left']) === '[]' && Number(after['processes']) <= 2,
          detail: `${result.status}: ${result.message} ${JSON.stringify(report)} then ${next.status} ${JSON.stringify(after)}`,
        });
      }
    }
    return { isolation, outcomes };
  } finally {
    await jobs.close();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
