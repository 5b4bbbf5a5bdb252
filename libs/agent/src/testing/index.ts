export { callStoreContract, recordOf } from './call-store-contract.ts';
export { describeHostileInput, outside, type HostileInput, type Worked } from './hostile-input.ts';
export { INJECTIONS, type Injection } from './injections.ts';
export { InMemoryCallStore } from './in-memory-call-store.ts';
export { ObedientModel, type HonestWork } from './obedient-model.ts';
export { ObedientSource } from './obedient-source.ts';
export { ScriptedModel, callOf, failing, replyOf, type ScriptStep } from './scripted-model.ts';
export { ScriptedSource } from './scripted-source.ts';
export { TestTime } from './test-time.ts';
