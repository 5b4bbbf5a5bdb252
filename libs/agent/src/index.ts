export { runAgent, type AgentOutcome, type Bounds } from './agent-loop.ts';
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
export { byPlace, CallPlace, CallRecord, CallSpent, spentOf, type CallStore } from './call-store.ts';
export { ReplayMissError } from './journal.ts';
export { AdaptiveLimit } from './limiter.ts';
export { allCosts } from './all-costs.ts';
export { callEventOf } from './call-event.ts';
export { averageOf, costOfSubject, sumOf } from './subject-cost.ts';
export { workOnDraft, type DraftAgent } from './draft-agent.ts';
export { complaintAbout, draftFaults, draftTools, type DraftTexts } from './draft-texts.ts';
export { mendingOf, ModelError, stageCodeOf, type MendedBy, type ModelErrorCode } from './model-error.ts';
export type { Message, Model, ModelIdentity, ModelReply, ModelRequest, ReplyFormat, ToolCall, Usage } from './model.ts';
export { AGENTS, agentsOf, LONGEST_REPLY, type AgentName } from './agents.ts';
export { budgetComplaint } from './budget-complaint.ts';
export { addModel, modelsIn, ModelTextError, type ModelNames } from './model-names.ts';
export { accountNames, dayAccount, DEPLOYMENT, takenBy, type Limits } from './accounts.ts';
export type { ModelNotice } from './model-notice.ts';
export { bookOf, modelAt, type ModelsOptions } from './models.ts';
export { costOf, PriceTable, PriceTableError, readPrices } from './prices.ts';
export { askEndpoint, ModelWithoutToolsError, openSource } from './open-source.ts';
export { addBudget, BudgetTextError } from './parse-budget.ts';
export { probe, type Capabilities } from './probe.ts';
export { tool, type AnyTool } from './tool.ts';
export { MOST_CHARACTERS, plain, untrusted } from './untrusted.ts';
export type { Waiting } from './waiting.ts';
export type { ModelSource } from './model-source.ts';
export { readPrompt, type Prompt } from './prompt.ts';
export { endWithoutAnswer, outcomeOfModelError } from './stage-outcome.ts';
export { withFallback } from './fallback.ts';
export { ledgerOf, spentBy, spentOn, spentText, type Spent } from './ledger.ts';
