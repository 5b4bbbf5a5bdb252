import { z } from 'zod';
import type { Role } from './roles.ts';
import {
  AuditReport,
  Cancelled,
  Costs,
  FunnelReport,
  HistoryLine,
  MOST_STEPS,
  Retried,
  SubjectDetail,
  SubjectPage,
  Submission,
  Submitted,
  TOLD_DOCUMENTS,
  Uploaded,
} from './shapes.ts';
import { Finding } from '../finding.ts';
import { OpenSubject } from '../present.ts';
import { SubjectId } from '../subject-id.ts';
import type { SubjectKind } from '../pipeline.ts';

/** One operation of the gateway: the one source of its validation, its types and its line in the OpenAPI document. */
export interface Operation {
  readonly method: 'get' | 'post';
  /** Parameters in braces. */
  readonly path: string;
  readonly role: Role;
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Header fields that it looks at, in lower case. */
  readonly headers?: z.ZodObject;
  /** A shape of JSON, or bytes of any type. */
  readonly body?: z.ZodType | 'bytes';
  /** A shape of JSON, or the media type of what is streamed. */
  readonly answer: z.ZodType | 'application/x-tar' | 'text/event-stream';
  /** What is answered by 201 in place of 200; never where it is absent. */
  readonly created?: string;
  /** Codes of problems beyond those of every operation. */
  readonly problems: readonly string[];
}

const NOTHING = z.strictObject({});
const PLACE = z.strictObject({ id: SubjectId });
const paging = {
  cursor: z.string().max(200).exactOptional().describe('`next` of the part before.'),
  limit: z.coerce.number().pipe(z.int().min(1).max(200)).default(100).describe('The most rows of a part.'),
  state: z.string().min(1).max(60).exactOptional(),
};

const HISTORY_PART = z.strictObject({
  from: z.coerce.number().pipe(z.int().min(0)).default(0).describe('Steps that are passed by: as many as the parts before held.'),
  limit: z.coerce.number().pipe(z.int().min(1).max(MOST_STEPS)).default(MOST_STEPS).describe('The most steps of a part.'),
});

/** What can be asked of a dataset and of a task alike. */
function subjectOperations<K extends SubjectKind>(kind: K) {
  const base = `/v1/${kind}s/{id}`;
  const read = { method: 'get', role: 'viewer', params: PLACE, query: NOTHING, problems: ['not_found'] } as const;
  return {
    show: { ...read, path: base, summary: `A ${kind} with its history, findings and cost`, answer: SubjectDetail },
    history: {
      ...read,
      path: `${base}/history`,
      summary: `Steps of a ${kind} in order; as many as the limit where more may follow`,
      query: HISTORY_PART,
      answer: z.array(HistoryLine),
    },
    findings: { ...read, path: `${base}/findings`, summary: `What is wrong with a ${kind}`, answer: z.array(Finding) },
    costs: { ...read, path: `${base}/costs`, summary: `What a ${kind} cost`, answer: SubjectDetail.shape.cost },
    document: {
      ...read,
      path: `${base}/documents/{name}`,
      summary: `A document that a stage left, as it is stored`,
      params: PLACE.extend({ name: z.enum(TOLD_DOCUMENTS) }),
      answer: z.json(),
    },
    cancel: { ...read, method: 'post', role: 'operator', path: `${base}/cancel`, summary: `Cancels a ${kind}; again changes nothing`, answer: Cancelled },
    retry: {
      ...read,
      method: 'post',
      role: 'operator',
      path: `${base}/retry`,
      summary: `Puts a ${kind} that ended by no fault of its own back to where it stood; again changes nothing`,
      answer: Retried,
      problems: ['not_found', 'conflict'],
    },
  } as const;
}

const dataset = subjectOperations('dataset');
const task = subjectOperations('task');
const read = { method: 'get', role: 'viewer', params: NOTHING, query: NOTHING, problems: [] } as const;

/** Every operation of the gateway by its name. */
export const OPERATIONS = {
  uploadBlob: {
    method: 'post',
    path: '/v1/blobs',
    role: 'submitter',
    summary: 'Uploads one file; its bytes are the body, of any media type. The same bytes again change nothing',
    params: NOTHING,
    query: NOTHING,
    body: 'bytes',
    answer: Uploaded,
    problems: ['too_large'],
  },
  submitDataset: {
    method: 'post',
    path: '/v1/datasets',
    role: 'submitter',
    summary: 'Submits a dataset: files that were uploaded, or a prefix of an object store. 201 where it is new, 200 where it was submitted before',
    params: NOTHING,
    query: NOTHING,
    body: Submission,
    answer: Submitted,
    created: 'The dataset is new.',
    problems: ['conflict', 'refused_location', 'unprocessable'],
  },
  listDatasets: { ...read, path: '/v1/datasets', summary: 'Lists datasets by their arrival', query: z.strictObject(paging), answer: SubjectPage },
  listTasks: {
    ...read,
    path: '/v1/tasks',
    summary: 'Lists tasks by their arrival',
    query: z.strictObject({ ...paging, dataset: SubjectId.exactOptional() }),
    answer: SubjectPage,
  },
  showDataset: dataset.show,
  datasetHistory: dataset.history,
  datasetFindings: dataset.findings,
  datasetCosts: dataset.costs,
  datasetDocument: dataset.document,
  cancelDataset: dataset.cancel,
  retryDataset: dataset.retry,
  showTask: task.show,
  taskHistory: task.history,
  taskFindings: task.findings,
  taskCosts: task.costs,
  taskDocument: task.document,
  cancelTask: task.cancel,
  retryTask: task.retry,
  downloadPackage: {
    ...read,
    path: '/v1/tasks/{id}/package',
    summary: 'The package of a verified task as a tar archive; without data/private, raw and solution for a viewer, who may not see the answers',
    params: PLACE,
    answer: 'application/x-tar',
    problems: ['not_found', 'conflict'],
  },
  funnel: { ...read, path: '/v1/funnel', summary: 'How many datasets and tasks came how far', answer: FunnelReport },
  oldest: {
    ...read,
    path: '/v1/oldest',
    summary: 'The datasets and tasks that have made no step for longest, and what each waits for',
    query: z.strictObject({ limit: z.coerce.number().pipe(z.int().min(1).max(100)).default(5).describe('The most rows.') }),
    answer: z.array(OpenSubject),
  },
  costs: { ...read, path: '/v1/costs', summary: 'What model calls came to', answer: Costs },
  events: {
    ...read,
    path: '/v1/events',
    summary:
      'Progress as server-sent events: `progress` for each fact; `reset` where events may be missing since `Last-Event-ID`, so that lists are to be read again',
    query: z.strictObject({ dataset: SubjectId.exactOptional() }),
    headers: z.strictObject({ 'last-event-id': z.string().exactOptional().describe('`id` of the last event that was read; the stream goes on behind it.') }),
    answer: 'text/event-stream',
  },
  audit: { ...read, role: 'admin', path: '/v1/audit', summary: 'Checks every invariant of the store; reads every document', answer: AuditReport },
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof OPERATIONS;
