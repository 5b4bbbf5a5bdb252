import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactStore } from '@mle-smith/package';
import type { Job, JobResult, JobRunner } from '../job-runner.ts';
import { PRELUDE, type Attack } from './attacks/index.ts';

/** A place to try attacks in: a runner, and something on the host to go for. */
export interface AttackRange {
  /** What was wrong, in words: the attack got through, or the next job was not served from clean folders with nobody else there. */
  attempt(attack: Attack, trust: Job['trust']): Promise<string | undefined>;
  close(): Promise<void>;
}

/** What the job after an attack finds. */
const LOOK_ROUND = `import json, os
found = {place: os.listdir(place) for place in ("/output", "/tmp", "/dev/shm")}
found["attributes"] = [name for place in ("/input", "/output", "/tmp", "/dev/shm") for name in os.listxattr(place) if name.startswith("user.")]
found["processes"] = sum(1 for name in os.listdir("/proc") if name.isdigit())
with open("/output/report.json", "w") as stream: json.dump(found, stream)
`;
const CLEAN = JSON.stringify({ '/output': [], '/tmp': [], '/dev/shm': [], attributes: [], processes: 2 });

/** Opens a range around a runner, which is closed with it. */
export async function openAttackRange(jobs: JobRunner, artifacts: ArtifactStore): Promise<AttackRange> {
  const folder = await mkdtemp(join(tmpdir(), 'mle-smith-attacks-'));
  const secret = join(folder, 'secret');
  await writeFile(secret, 'answers');
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const run = (program: string, trust: Job['trust'], limits: Job['limits'] = {}): Promise<JobResult> =>
    jobs.run({
      name: 'attack',
      zone: 'solve',
      trust,
      run: { script: 'attack.py' },
      inputs: [],
      files: { 'attack.py': new TextEncoder().encode(program) },
      outputs: ['report.json', 'submission.csv'],
      limits,
    });
  const reported = async ({ outputs }: JobResult): Promise<Record<string, unknown>> => {
    const report = outputs.find((file) => file.path === 'report.json');
    return report === undefined ? {} : (JSON.parse(new TextDecoder().decode(await artifacts.get(report.digest))) as Record<string, unknown>);
  };
  return {
    async attempt(attack, trust) {
      const result = await run(PRELUDE + attack.program.replaceAll('SECRET', secret).replaceAll('PORT', String(port)), trust, attack.limits);
      const report = await reported(result);
      const next = await run(LOOK_ROUND, trust);
      const after = JSON.stringify(await reported(next));
      const stopped = report['breached'] === false ? result.status !== 'lost' : (attack.ended ?? []).includes(result.status);
      if (!stopped) return `not stopped: ${result.status}: ${result.message} ${JSON.stringify(report)}`;
      return after === CLEAN ? undefined : `the next job was not served well: ${next.status}: ${next.message} ${after}`;
    },
    async close() {
      await jobs.close();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
