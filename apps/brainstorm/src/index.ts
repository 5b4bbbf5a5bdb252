export { BrainstormConfig } from './config.ts';
export { createBrainstormStage, type BrainstormOptions } from './stage/brainstorm.ts';
