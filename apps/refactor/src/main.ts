import { serveStation } from '@mle-smith/service';
import { parseRefactorConfig } from './config.ts';
import { openRefactorer } from './stage/llm/refactorer.ts';
import { createRefactorStage } from './stage/refactor.ts';

await serveStation('refactor', async ({ jobs, models }) => ({
  refactor: createRefactorStage({ jobs, config: parseRefactorConfig({}), refactorer: models === undefined ? undefined : await openRefactorer(models) }),
}));
