import { serveStation } from '@mle-smith/service';
import { parseDesignConfig } from './config.ts';
import { createDesignStage } from './stage/design.ts';
import { openDesigner } from './stage/llm/designer.ts';

await serveStation('design', async ({ jobs, models }) => ({
  design: createDesignStage({ jobs, config: parseDesignConfig({}), designer: models === undefined ? undefined : await openDesigner(models) }),
}));
