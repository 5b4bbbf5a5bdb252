import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStation } from '@mle-smith/service';
import { ExecuteConfig } from './config.ts';
import { createExecuteStage } from './stage/execute.ts';
import { openSolver } from './stage/llm/solver.ts';

const CHEAT_ORACLE = join(import.meta.dirname, '..', '..', '..', 'libs', 'mle-env', 'src', 'mle_env', 'probes', 'cheat_oracle.py');

await serveStation('execute', async ({ jobs, models, config }) => ({
  execute: createExecuteStage({
    jobs,
    config: ExecuteConfig.parse({}),
    cheat: await readFile(CHEAT_ORACLE, 'utf8'),
    solver: models === undefined ? undefined : await openSolver(models),
    withoutSolver: config.fallback !== undefined,
  }),
}));
