export { parseReviewConfig, ReviewConfig } from './config.ts';
export { judgeByRules, type Material } from './stage/judge.ts';
export { reviewPackage, type ReviewInput } from './stage/review-package.ts';
export { openPanel, type Panel } from './stage/llm/panel.ts';
export { createReviewStage, type ReviewOptions } from './stage/review.ts';
