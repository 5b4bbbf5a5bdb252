import type { SubjectKind } from '@mle-smith/contracts';
import type { SubjectRecord } from './subject-record.ts';
import { DEFAULT_RETRY_POLICY } from './transitions.ts';

/** A subject at the start of its way. */
export function newSubject(
  subject: {
    id: string;
    kind: SubjectKind;
    datasetId: string;
    state: string;
    priority?: number;
    documents?: Readonly<Record<string, string>>;
    receivedAt?: number;
  },
  deadline: number,
): SubjectRecord {
  return {
    documents: {},
    priority: 0,
    passed: [],
    ...subject,
    generation: 1,
    fence: 0,
    attempts: 0,
    infraRetries: 0,
    notBefore: 0,
    deadline,
    cancelRequested: false,
    outbox: [],
    findings: [],
  };
}

/** A dataset that was received at this time of the store's clock, ms. */
export function newDataset({ id, documents = {} }: { id: string; documents?: Readonly<Record<string, string>> }, receivedAt: number): SubjectRecord {
  return newSubject({ id, kind: 'dataset', datasetId: id, state: 'dataset.received', documents, receivedAt }, receivedAt + DEFAULT_RETRY_POLICY.deadlineMs);
}
