import { serveStation } from '@mle-smith/service';
import { ReviewConfig } from './config.ts';
import { openPanel } from './stage/llm/panel.ts';
import { createReviewStage } from './stage/review.ts';

await serveStation('review', async ({ models }) => ({
  review: createReviewStage({ config: ReviewConfig.parse({}), panel: models === undefined ? undefined : await openPanel(models) }),
}));
