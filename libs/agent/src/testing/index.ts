export { callStoreContract, recordOf } from './call-store-contract.ts';
export { InMemoryCallStore } from './in-memory-call-store.ts';
export { ScriptedModel, callOf, failing, replyOf, type ScriptStep } from './scripted-model.ts';
export { ScriptedSource } from './scripted-source.ts';
export { TestTime } from './test-time.ts';
