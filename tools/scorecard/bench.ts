import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import { SandboxJobRunner } from '@mle-smith/adapter-sandbox';
import type { ArtifactStore } from '@mle-smith/package';
import { Engine } from './engine.ts';
import { JobCache } from './job-cache.ts';

const ROOT = join(import.meta.dirname, '../..');
const MLE_ENV = join(ROOT, 'libs', 'mle-env', 'src');

/** What a scorecard works with: a folder that keeps every artifact and result, sandboxes, and the engine. */
export interface Bench {
  readonly python: string;
  readonly artifacts: ArtifactStore;
  readonly jobs: JobCache;
  readonly cheat: string;
  readonly engine: Engine;
  /** Where damaged packages are remembered. */
  readonly cache: string;
  close(): Promise<void>;
}

/** Opens a folder for work; what is in it from earlier is used again. */
export async function openBench(folder: string, maxTasks: number): Promise<Bench> {
  const python = join(ROOT, '.cache', 'venv', 'bin', 'python');
  const artifacts = await FilesystemArtifactStore.open(join(folder, 'artifacts'));
  const sandbox = await SandboxJobRunner.open({ artifacts, python, mleEnvPath: MLE_ENV, workDirectory: join(folder, 'work') });
  const jobs = new JobCache({ jobs: sandbox, artifacts, folder: join(folder, 'jobs'), pythonPath: MLE_ENV });
  const cheat = await readFile(join(MLE_ENV, 'mle_env', 'probes', 'cheat_oracle.py'), 'utf8');
  return {
    python,
    artifacts,
    jobs,
    cheat,
    engine: new Engine({ jobs, artifacts, cheat, maxTasks }),
    cache: join(folder, 'damaged'),
    close: () => jobs.close(),
  };
}
