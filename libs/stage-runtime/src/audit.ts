import { PIPELINE } from '@mle-smith/contracts';
import type { ArtifactStore } from '@mle-smith/package';
import { isTerminal, stageOf } from '@mle-smith/task';
import { eachSubject } from './each-subject.ts';
import { isReopening } from './reopen.ts';
import type { HistoryRow, SubjectRecord } from './subject-record.ts';
import type { TaskStore } from './task-store.ts';

/** What each kind of broken invariant means (platform ST-14). */
export const VIOLATIONS = {
  unknown_state: 'the state is not one of the pipeline',
  lease_outlived: 'a lease ended long ago and nobody took over',
  lease_after_end: 'a finished subject is still leased',
  event_unpublished: 'an event waits in its outbox for more than five minutes',
  no_deadline: 'an open subject has no deadline',
  terminal_without_code: 'an ended subject has no reason code',
  unknown_dataset: 'a task belongs to a dataset that is not in the store',
  child_missing: 'a step created a task that is not in the store',
  history_broken: 'a step does not start where the one before ended',
  left_terminal: 'a step leads out of a terminal state that is no other try of what may have one',
  result_twice: 'a stage was passed twice at one generation',
  state_without_history: 'the state is not where the history ends',
  document_missing: 'a document is not in the artifact store',
  document_corrupt: 'a document is not what its digest says',
} as const;

/** A broken invariant of one subject. */
export interface Violation {
  readonly code: keyof typeof VIOLATIONS;
  readonly subject: string;
  readonly message: string;
}

const LEASE_GRACE_MS = 2 * 60_000;
const EVENT_GRACE_MS = 5 * 60_000;
const FIRST_STATES = new Set<string>(['dataset.received', ...PIPELINE.flatMap((row) => ('creates' in row ? [row.creates] : []))]);

/** Checks every invariant of a store and its artifacts, offline. An empty list is a clean store. */
export async function auditStore(store: TaskStore, artifacts: ArtifactStore): Promise<Violation[]> {
  const found: Violation[] = [];
  const now = await store.now();
  const known = new Map<string, Pick<SubjectRecord, 'kind' | 'datasetId'>>();
  for await (const { id, kind, datasetId } of eachSubject(store)) known.set(id, { kind, datasetId });
  const documents = new DocumentCheck(artifacts);
  for await (const subject of eachSubject(store)) {
    const report = (code: Violation['code'], detail: string): void => void found.push({ code, subject: subject.id, message: `${VIOLATIONS[code]}: ${detail}` });
    const history = await store.history(subject.id);
    auditRecord(subject, now, report);
    auditHistory(subject, history, report);
    if (known.get(subject.datasetId)?.kind !== 'dataset') report('unknown_dataset', subject.datasetId);
    for (const id of history.flatMap((row) => row.created ?? [])) {
      const child = known.get(id);
      const waits = subject.outbox.some((event) => event.subject === id);
      if (!waits && (child?.kind !== 'task' || child.datasetId !== subject.datasetId)) report('child_missing', id);
    }
    for (const [name, digest] of Object.entries(subject.documents)) {
      const fault = await documents.faultOf(digest);
      if (fault !== undefined) report(fault.code, `${name}, ${fault.detail}`);
    }
  }
  return found;
}

type Report = (code: Violation['code'], detail: string) => void;

function auditRecord(subject: SubjectRecord, now: number, report: Report): void {
  const { state, lease } = subject;
  const terminal = isTerminal(state);
  if (!terminal && stageOf(state) === undefined) report('unknown_state', state);
  if (terminal && lease !== undefined) report('lease_after_end', lease.owner);
  if (!terminal && lease !== undefined && lease.until + LEASE_GRACE_MS < now) report('lease_outlived', lease.owner);
  for (const event of subject.outbox) if (!(Date.parse(event.time) + EVENT_GRACE_MS >= now)) report('event_unpublished', event.type);
  if (!terminal && !(subject.deadline > 0)) report('no_deadline', state);
  if (['dataset.refused', 'task.abandoned', 'task.cancelled'].includes(state) && subject.code === undefined) report('terminal_without_code', state);
}

function auditHistory(subject: SubjectRecord, history: readonly HistoryRow[], report: Report): void {
  const last = history.at(-1)?.to;
  if (last === undefined ? !FIRST_STATES.has(subject.state) : last !== subject.state) report('state_without_history', subject.state);
  const passed = new Set<string>();
  for (const [index, row] of history.entries()) {
    if (index > 0 && row.from !== history[index - 1]?.to) report('history_broken', `${row.from} after ${history[index - 1]?.to}`);
    if (isTerminal(row.from) && !isReopening(row, history[index - 1])) report('left_terminal', `${row.from} to ${row.to}`);
    if (row.outcome !== 'advanced') continue;
    const result = `${row.stage} at generation ${row.generation}`;
    if (passed.has(result)) report('result_twice', result);
    passed.add(result);
  }
}

interface DocumentFault {
  readonly code: 'document_missing' | 'document_corrupt';
  readonly detail: string;
}

/** Reads each blob once, however many subjects refer to it. */
class DocumentCheck {
  readonly #artifacts: ArtifactStore;
  readonly #known = new Map<string, DocumentFault | undefined>();

  constructor(artifacts: ArtifactStore) {
    this.#artifacts = artifacts;
  }

  async faultOf(digest: string): Promise<DocumentFault | undefined> {
    if (!this.#known.has(digest)) this.#known.set(digest, await this.#read(digest));
    return this.#known.get(digest);
  }

  async #read(digest: string): Promise<DocumentFault | undefined> {
    try {
      const bytes = await this.#artifacts.get(digest);
      if (!Buffer.from(bytes.subarray(0, 17)).toString().startsWith('mle-smith bundle ')) return undefined;
      for (const file of await this.#artifacts.getBundle(digest)) {
        const fault = await this.faultOf(file.digest);
        if (fault !== undefined) return { ...fault, detail: `${file.path}: ${fault.detail}` };
      }
      return undefined;
    } catch (error) {
      const corrupt = (error as { code?: string }).code === 'artifact_corrupt';
      return { code: corrupt ? 'document_corrupt' : 'document_missing', detail: error instanceof Error ? error.message : String(error) };
    }
  }
}
