/** Why a dataset was refused or a task abandoned; the text says what the reader can do. */
export const REASON_CODES = {
  // datasets
  path_missing: 'The path does not exist; check its spelling.',
  not_readable: 'A file cannot be read; check its permissions.',
  not_a_directory: 'A dataset is a folder of raw files; put the file into one.',
  empty_dataset: 'The folder holds no data file.',
  unsafe_file: 'The folder holds a link, device or pipe; replace it by a regular file.',
  changed_while_read: 'A file changed while it was read; run again when nobody writes to it.',
  unsupported_format: 'The files are in a format that is not supported.',
  unsupported_modality: 'The data needs a kind of task that is not supported.',
  unsafe_archive: 'An archive is damaged, protected, nested, or would unpack to something unsafe.',
  unreadable_table: 'A file that should be a table cannot be read as one.',
  too_large: 'The data is larger than the configured limit.',
  too_few_rows: 'Fewer than 200 labelled rows cannot rank solutions.',
  no_columns: 'The table has fewer than two usable columns.',
  no_target: 'No column is worth asking for.',
  no_good_task: 'Every candidate question was turned down.',
  // tasks
  unlearnable: 'No learned solution beats the trivial one by enough.',
  trivial: 'A simple solution is all but perfect.',
  noisy: 'The test set is too small to rank solutions.',
  leaking: 'The answer can be read from the inputs.',
  defective: 'Blocking findings remained after the last repair.',
  rejected_by_review: 'The rubric turned the task down.',
  review_error: 'No judge gave an opinion that can be used; the task was not judged. Try another model.',
  agent_failed: 'An agent gave nothing that can be used; try another model, or the rules.',
  replay_miss: 'The record of model calls does not hold a call of this run; record it again, or undo what changed.',
  budget_exceeded: 'A budget for model calls has no room for the next one; raise it.',
  unsandboxed_refused: 'Untrusted code needs a sandbox; see `mle-smith doctor`.',
  // either
  infra_exhausted: 'Infrastructure faults used up every retry; mend what the message names.',
  platform_error: 'A fault of this program; please report it.',
  cancelled: 'Cancelled on request.',
  stuck: 'No progress before the deadline.',
} as const;

export type ReasonCode = keyof typeof REASON_CODES;
