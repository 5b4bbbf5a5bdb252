export { DesignConfig, parseDesignConfig } from './config.ts';
export { openDesigner, type Designer } from './stage/llm/designer.ts';
export { createDesignStage, type DesignOptions } from './stage/design.ts';
