export { ReviewConfig } from './config.ts';
export { judgeByRules } from './stage/judge.ts';
export { createReviewStage } from './stage/review.ts';
export type { Sources } from './stage/sources.ts';
