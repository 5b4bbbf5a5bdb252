/**
 * Whose doing an end is. `own`: what the dataset or the task is, which another try would find again. All others say
 * nothing about it: when what they name is mended, another try may end otherwise; a model or a judge by being another one.
 */
export type ReasonClass = 'own' | 'judge' | 'model' | 'budget' | 'infrastructure' | 'platform' | 'request';

/** The one table of reasons, each with its class. */
const REASONS = {
  // datasets
  path_missing: ['own', 'The path does not exist; check its spelling.'],
  not_readable: ['own', 'A file cannot be read; check its permissions.'],
  not_a_directory: ['own', 'A dataset is a folder of raw files; put the file into one.'],
  empty_dataset: ['own', 'The folder holds no data file.'],
  unsafe_file: ['own', 'The folder holds a link, device or pipe; replace it by a regular file.'],
  changed_while_read: ['own', 'A file changed while it was read; run again when nobody writes to it.'],
  unsupported_format: ['own', 'The files are in a format that is not supported.'],
  unsupported_modality: ['own', 'The data needs a kind of task that is not supported.'],
  unsafe_archive: ['own', 'An archive is damaged, protected, nested, or would unpack to something unsafe.'],
  unreadable_table: ['own', 'A file that should be a table cannot be read as one.'],
  too_large: ['own', 'The data is larger than the configured limit.'],
  too_few_rows: ['own', 'Fewer than 200 labelled rows cannot rank solutions.'],
  no_columns: ['own', 'The table has fewer than two usable columns.'],
  no_target: ['own', 'No column is worth asking for.'],
  no_good_task: ['own', 'Every candidate question was turned down.'],
  // tasks
  unlearnable: ['own', 'No learned solution beats the trivial one by enough.'],
  trivial: ['own', 'A simple solution is all but perfect.'],
  noisy: ['own', 'The test set is too small to rank solutions.'],
  leaking: ['own', 'The answer can be read from the inputs.'],
  defective: ['own', 'Blocking findings remained after the last repair.'],
  rejected_by_review: ['own', 'The rubric turned the task down.'],
  review_error: ['judge', 'No judge gave an opinion that can be used; the task was not judged. Try another model.'],
  agent_failed: ['model', 'An agent gave nothing that can be used; try another model, or the rules.'],
  replay_miss: ['model', 'The record of model calls does not hold a call of this run; record it again, or undo what changed.'],
  budget_exceeded: ['budget', 'A budget for model calls has no room for the next one; raise it.'],
  unsandboxed_refused: ['infrastructure', 'Untrusted code needs a sandbox; see `mle-smith doctor`.'],
  // either
  infra_exhausted: ['infrastructure', 'Infrastructure faults used up every retry; mend what the message names.'],
  platform_error: ['platform', 'A fault of this program; please report it.'],
  cancelled: ['request', 'Cancelled on request.'],
  stuck: ['infrastructure', 'No progress before the deadline.'],
} as const satisfies Readonly<Record<string, readonly [ReasonClass, string]>>;

export type ReasonCode = keyof typeof REASONS;

/** Why a dataset was refused or a task abandoned; the text says what the reader can do. */
export const REASON_CODES = Object.fromEntries(Object.entries(REASONS).map(([code, [, text]]) => [code, text])) as Readonly<Record<ReasonCode, string>>;

/** Whose doing an end of this code is; undefined where it is no reason code. */
export function reasonClass(code: string): ReasonClass | undefined {
  return Object.hasOwn(REASONS, code) ? REASONS[code as ReasonCode][0] : undefined;
}

/** Whether an end of this code says nothing about the dataset or the task, so that another try may end otherwise. */
export function mayGoOn(code: string | undefined): boolean {
  const whose = code === undefined ? undefined : reasonClass(code);
  return whose !== undefined && whose !== 'own';
}
