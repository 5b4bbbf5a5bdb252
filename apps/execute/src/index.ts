export { ExecuteConfig } from './config.ts';
export { createExecuteStage, oncePerProcess, type ExecuteOptions } from './stage/execute.ts';
export { executePackage, type ExecutePackageInput, type Execution } from './stage/execute-package.ts';
export { openSolver, solveTask, type Solved, type Solver } from './stage/llm/solver.ts';
export { solvePackage, type SolvePackageInput } from './stage/solve-package.ts';
export { EXECUTE_RULES } from './stage/rules/rule-table.ts';
