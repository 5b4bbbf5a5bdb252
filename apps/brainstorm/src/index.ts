export { BrainstormConfig } from './config.ts';
export { createBrainstormStage, type BrainstormOptions } from './stage/brainstorm.ts';
export { chooseMetric } from './stage/rules/metric-choice.ts';
export { chooseSplit } from './stage/rules/split-choice.ts';
