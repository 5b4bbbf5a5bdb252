export { RefactorConfig, parseRefactorConfig } from './config.ts';
export { openRefactorer, type Refactorer } from './stage/llm/refactorer.ts';
export { createRefactorStage, type RefactorOptions } from './stage/refactor.ts';
