export { AssertConfig } from './config.ts';
export { assertPackage, createAssertDesignStage, createAssertPackageStage, type AssertOptions } from './stage/assert.ts';
export { MeasureFault, type MeasureInput } from './stage/measure.ts';
export type { Facts, Measurements } from './stage/measurements.ts';
export { notApplicable, type Judgement, type Rule } from './stage/rule.ts';
export { RULES } from './stage/rule-table.ts';
