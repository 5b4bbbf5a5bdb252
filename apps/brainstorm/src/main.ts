import { serveStation } from '@mle-smith/service';
import { BrainstormConfig } from './config.ts';
import { createBrainstormStage } from './stage/brainstorm.ts';
import { openBrainstormer } from './stage/llm/brainstormer.ts';

await serveStation('brainstorm', async ({ jobs, models, config: { maxTasks, micro } }) => ({
  brainstorm: createBrainstormStage({
    jobs,
    config: BrainstormConfig.parse({ maxTasks, micro }),
    brainstormer: models === undefined ? undefined : await openBrainstormer(models),
  }),
}));
