export { ladderSpecOf, type LadderSpec } from './ladder-spec.ts';
export { isMicroId, microIdOf } from './micro.ts';
export { trustIn } from './trust.ts';
export { TwinIndex, traceOf, type TaskTrace, type Twin } from './twins.ts';
export { deterministicName, slug } from './deterministic-names.ts';
export { IllegalTransitionError, checkTransition, endState, isTerminal, legalSuccessors, repairStage, stageOf } from './life-cycle.ts';
export { AFTER, BEFORE, UNSEEN, words } from './name-cues.ts';
export { findingText } from './finding-text.ts';
