export { runAgent, type AgentOutcome, type AgentTask, type Bound, type Bounds } from './agent-loop.ts';
export {
  BudgetAlert,
  BudgetExceededError,
  withoutRoom,
  type Account,
  type Amount,
  type BudgetBook,
  type Limit,
  type Reservation,
  type Used,
} from './budget.ts';
export { LocalBudgetBook } from './local-budget-book.ts';
export { byPlace, CallPlace, CallRecord, placeName, CallSpent, spentOf, type CallStore, type RequestParts } from './call-store.ts';
export { ReplayMissError } from './journal.ts';
export { AdaptiveLimit } from './limiter.ts';
export { workOnDraft, type DraftAgent, type DraftWork } from './draft-agent.ts';
export { complaintAbout, DRAFT_FILES, draftFaults, draftTools, type DraftFile, type DraftTexts } from './draft-texts.ts';
export { mendingOf, ModelError, stageCodeOf, type MendedBy, type ModelErrorCode } from './model-error.ts';
export type { Message, Model, ModelIdentity, ModelReply, ModelRequest, ReplyFormat, ToolCall, ToolSpec, Usage } from './model.ts';
export { AGENTS, agentsOf, LONGEST_REPLY, type AgentName } from './agents.ts';
export { tooSmall } from './least-budget.ts';
export { addModel, modelsIn, ModelTextError, type ModelNames } from './model-names.ts';
export { accountNames, dayAccount, DEPLOYMENT, takenBy, type Limits } from './accounts.ts';
export type { ModelNotice } from './model-notice.ts';
export { bookOf, modelAt, unpriced, type ModelsOptions } from './models.ts';
export { costOf, PriceTable } from './prices.ts';
export { askEndpoint, ModelWithoutToolsError, openSource } from './open-source.ts';
export { addBudget, BudgetTextError } from './parse-budget.ts';
export { probe, type Capabilities } from './probe.ts';
export { DEFAULT_RETRY_BOUNDS, type RetryBounds } from './retry.ts';
export { AnswerError, askFor, FORMATS, type AnswerShape, type Format } from './structured.ts';
export { schemaOf, tool, type AnyTool, type Tool } from './tool.ts';
export { MOST_CHARACTERS, plain, untrusted, UNTRUSTED_RULE } from './untrusted.ts';
export { REAL_TIME, type Waiting } from './waiting.ts';
export type { ModelSource } from './model-source.ts';
export { readPrompt, type Prompt } from './prompt.ts';
export { endWithoutAnswer, outcomeOfModelError } from './stage-outcome.ts';
export { withFallback } from './fallback.ts';
export { ledgerOf, spentBy, spentOn, spentText, type Spent } from './ledger.ts';
