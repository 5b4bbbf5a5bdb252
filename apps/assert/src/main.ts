import { serveStation } from '@mle-smith/service';
import { AssertConfig } from './config.ts';
import { createAssertDesignStage, createAssertPackageStage } from './stage/assert.ts';

await serveStation('assert', async ({ jobs }) => ({
  'assert-design': createAssertDesignStage({ jobs, config: AssertConfig.parse({}) }),
  'assert-package': createAssertPackageStage({ jobs, config: AssertConfig.parse({}) }),
}));
