export {
  FACTS,
  type Fact,
  PIPELINE,
  TERMINAL_STATES,
  PASSING_FACTS,
  RETURNED,
  pipelineStage,
  type PassingFact,
  type PipelineStage,
  type StageName,
  type SubjectKind,
  type TerminalState,
} from './pipeline.ts';
export { Finding, Owner, Repair, Severity } from './finding.ts';
export { SCALES, Scale, ScaleLimits } from './scale.ts';
export { READS_AS_MISSING } from './reads-as-missing.ts';
export {
  AttemptEvent,
  CallEvent,
  JobEvent,
  LONGEST_EVENT_TEXT,
  LostAttempt,
  LostAttempts,
  MachineUse,
  MOST_EVENT_BYTES,
  MOST_EVENTS,
  MOST_LOST,
} from './attempt-event.ts';
export { OpenSubject, Present } from './present.ts';
export { JOB_PHASES, type JobPhase } from './job-phases.ts';
export { MODEL_FAULTS, MODEL_REFUSALS, type ModelFault, type ModelRefusal } from './model-faults.ts';
export { mayGoOn, REASON_CODES, reasonClass, type ReasonClass, type ReasonCode } from './reason-codes.ts';
export { METRICS, ROWS_OF_A_CLASS, isMetricName, neededBy, type MetricName, type MetricSpec } from './metric-catalogue.ts';
export { own } from './own.ts';
export { escapeUnprintable } from './unprintable.ts';
export {
  ColumnProfile,
  Dataset,
  FileProfile,
  MediaKind,
  PairProfile,
  Profile,
  Reader,
  SemanticType,
  SeriesProfile,
  Source,
  Step,
  TableProfile,
  TableReader,
} from './profile.ts';
export {
  Ahead,
  Availability,
  Candidates,
  Entity,
  EntityRole,
  LedgerEntry,
  Modality,
  Objective,
  Pair,
  Proposal,
  Ratings,
  Series,
  Split,
  Target,
} from './proposal.ts';
export { Difficulty, Ladder, Rung, RungKind } from './ladder.ts';
export { TaskManifest, Value } from './manifest.ts';
export { AgentTrial, AssertVerdict, DIMENSIONS, ExecuteVerdict, Isolation, ProbeResult, ReviewVerdict, RuleResult } from './verdict.ts';
export {
  AverageCost,
  Spent,
  ExportReport,
  Funnel,
  MOST_DEAREST,
  RunReport,
  ScoreReport,
  SolveReport,
  StageCost,
  SubjectCost,
  VerifiedCosts,
  VerifyReport,
  WorkPerVerifiedTask,
} from './reports.ts';
export { TaskEvent, TraceContext, eventType } from './event.ts';
export { SubjectId } from './subject-id.ts';
export { DatasetLocation, locationUri, parseLocation, type BucketPrefix } from './location.ts';
export { ROLES, Role, isAtLeast } from './gateway/roles.ts';
export { ApiKey, apiKeyLine, hashOfApiKey, newApiKey, parseApiKeys } from './gateway/api-keys.ts';
export { OPERATIONS, type Operation, type OperationName } from './gateway/operations.ts';
export { openApiDocument } from './gateway/open-api.ts';
export {
  AuditReport,
  BlobDigest,
  Cancelled,
  Costs,
  FunnelReport,
  HistoryLine,
  MOST_STEPS,
  Problem,
  Progress,
  SubjectDetail,
  SubjectPage,
  SubjectRow,
  Submission,
  Submitted,
  TOLD_DOCUMENTS,
  Uploaded,
} from './gateway/shapes.ts';
export type { BusNotice, IntakeNotice } from './bus-notice.ts';
export type { ClusterNotice } from './cluster-notice.ts';
export type { SourceNotice } from './source-notice.ts';
