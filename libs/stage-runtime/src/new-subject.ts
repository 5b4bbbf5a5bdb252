import type { SubjectKind } from '@mle-smith/contracts';
import type { SubjectRecord } from './subject-record.ts';

/** A subject at the start of its way. */
export function newSubject(
  subject: { id: string; kind: SubjectKind; datasetId: string; state: string; priority?: number; documents?: Readonly<Record<string, string>> },
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
