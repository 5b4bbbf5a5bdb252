export { byPlace, placeName, type CallPlace, type CallRecord, type CallStore, type RequestParts } from './call-store.ts';
export { MODEL_ERRORS, ModelError, type ModelErrorCode } from './model-error.ts';
export type { Message, Model, ModelIdentity, ModelReply, ModelRequest, ReplyFormat, ToolCall, ToolSpec, Usage } from './model.ts';
export { REAL_TIME, type Waiting } from './waiting.ts';
