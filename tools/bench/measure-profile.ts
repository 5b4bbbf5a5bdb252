import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { SandboxJobRunner } from '@mle-smith/adapter-sandbox';

/** Profiles a made CSV of some megabytes in a sandbox that may hold 1 GB. */
export async function measureProfile(
  root: string,
  folder: string,
  megabytes: number,
): Promise<{ seconds: number; peakMemoryMb: number; megabytes: number; status: string }> {
  const file = join(folder, 'large.csv');
  await writeTable(file, megabytes);
  const artifacts = await FilesystemArtifactStore.open(join(folder, 'artifacts'));
  const jobs = await SandboxJobRunner.open({
    artifacts,
    python: join(root, '.cache', 'venv', 'bin', 'python'),
    mleEnvPath: join(root, 'libs', 'mle-env', 'src'),
    workDirectory: join(folder, 'work'),
  });
  try {
    const stored = await artifacts.putFile(file);
    const bundle = await artifacts.putBundle([{ path: 'large.csv', ...stored }]);
    const started = performance.now();
    const result = await jobs.run({
      name: 'profile',
      zone: 'measure',
      trust: 'ours',
      run: { call: 'mle_env.profile:profile', argument: {} },
      inputs: [{ at: 'raw', bundle }],
      limits: { memoryMb: 1024, wallMs: 600_000, cpuSeconds: 600 },
    });
    return {
      seconds: Math.round((performance.now() - started) / 100) / 10,
      peakMemoryMb: Math.round(result.peakMemoryMb ?? 0),
      megabytes,
      status: result.status,
    };
  } finally {
    await jobs.close();
  }
}

async function writeTable(path: string, megabytes: number): Promise<void> {
  const stream = createWriteStream(path);
  stream.write('id,size,rooms,district,note,price\n');
  const block: string[] = [];
  let bytes = 0;
  for (let row = 0; bytes < megabytes * 1024 * 1024; row += 1) {
    const line = `${row},${(row * 7919) % 1000},${row % 7},district ${row % 40},flat number ${(row * 31) % 10_007} of the register,${((row * 104_729) % 1_000_003) / 10}\n`;
    bytes += line.length;
    block.push(line);
    if (block.length < 10_000) continue;
    if (!stream.write(block.join(''))) await once(stream, 'drain');
    block.length = 0;
  }
  stream.end(block.join(''));
  await once(stream, 'finish');
}
