export { BrainstormConfig } from './config.ts';
export { openBrainstormer, type Brainstormer } from './stage/llm/brainstormer.ts';
export { createBrainstormStage, type BrainstormOptions } from './stage/brainstorm.ts';
export { chooseMetric } from './stage/rules/metric-choice.ts';
export { chooseSplit } from './stage/rules/split-choice.ts';
