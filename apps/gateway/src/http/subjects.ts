import { costOfSubject, type CallStore } from '@mle-smith/agent';
import { MOST_STEPS, type SubjectDetail, type SubjectKind, type SubjectPage } from '@mle-smith/contracts';
import { getJson, type ArtifactStore } from '@mle-smith/package';
import { HttpProblem, principalOf } from '@mle-smith/service';
import { difficultyOf, evidenceOf, presentOf, reopen, type HistoryRow, type SubjectRecord, type TaskStore } from '@mle-smith/stage-runtime';
import { isTerminal } from '@mle-smith/task';
import type { Asked, Handlers } from './mount.ts';
import { cursorOf, placeOf } from './paging.ts';

interface Stores {
  readonly store: TaskStore;
  readonly artifacts: ArtifactStore;
  readonly calls?: CallStore;
}

type Kinds = 'Dataset' | 'Task';
type Lower<K extends Kinds> = Lowercase<K>;
type SubjectOperations<K extends Kinds> =
  `show${K}` | `${Lower<K>}History` | `${Lower<K>}Findings` | `${Lower<K>}Costs` | `${Lower<K>}Document` | `cancel${K}` | `retry${K}`;

/** Answers about datasets and tasks. */
export function subjectHandlers(stores: Stores): Handlers<'listDatasets' | 'listTasks' | SubjectOperations<'Dataset'> | SubjectOperations<'Task'>> {
  const dataset = handlersOf(stores, 'dataset');
  const task = handlersOf(stores, 'task');
  return {
    listDatasets: async ({ query }) => ({ body: await listOf(stores, 'dataset', query) }),
    listTasks: async ({ query }) => ({ body: await listOf(stores, 'task', query) }),
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
  };
}

function handlersOf({ store, artifacts, calls }: Stores, kind: SubjectKind) {
  const find = (id: string): Promise<SubjectRecord> => findSubject(store, kind, id);
  const costOf = async (record: SubjectRecord): Promise<SubjectDetail['cost']> => costOfSubject(record, (await calls?.list(record.id)) ?? []);
  return {
    show: async ({ params }: Pick<Asked<'showTask'>, 'params'>) => {
      const found = await find(params.id);
      // What was used is told with the cost, and since when with what becomes of it.
      const { used: _used, since: _since, ...record } = found;
      const { rows: history, earlier } = await store.historyEnd(record.id, MOST_STEPS);
      const present = presentOf(found, history.at(-1), { now: await store.now() });
      const difficulty = await difficultyOf(artifacts, record);
      const { findings, execute, unreadable } = await evidenceOf(artifacts, record);
      const agent = execute?.agent;
      return {
        body: {
          ...record,
          outbox: [...record.outbox],
          documents: { ...record.documents },
          passed: [...record.passed],
          ...(present === undefined ? {} : { present }),
          ...(difficulty === undefined ? {} : { difficulty }),
          ...(agent === undefined ? {} : { agent }),
          findings: [...findings],
          ...(unreadable.length === 0 ? {} : { unreadable: [...unreadable] }),
          history: history.map(lineOf),
          ...(earlier === 0 ? {} : { earlier }),
          cost: await costOf(found),
        },
      };
    },
    history: async ({ params, query }: Pick<Asked<'taskHistory'>, 'params' | 'query'>) => {
      const { id } = await find(params.id);
      return { body: (await store.history(id, query.from, query.limit)).map(lineOf) };
    },
    findings: async ({ params }: Pick<Asked<'taskFindings'>, 'params'>) => ({ body: [...(await evidenceOf(artifacts, await find(params.id))).findings] }),
    costs: async ({ params }: Pick<Asked<'taskCosts'>, 'params'>) => ({ body: await costOf(await find(params.id)) }),
    document: async ({ params }: Pick<Asked<'taskDocument'>, 'params'>) => {
      const digest = (await find(params.id)).documents[params.name];
      if (digest === undefined) throw new HttpProblem('not_found', `no stage left this document [id=${params.id}, document=${params.name}]`);
      return { body: (await getJson(artifacts, digest)) as never };
    },
    cancel: async ({ params }: Pick<Asked<'cancelTask'>, 'params'>) => {
      const record = await find(params.id);
      // Marking again would take the work from whoever ends it.
      const marked = record.cancelRequested && !isTerminal(record.state) ? true : await store.requestCancel(record.id);
      const { id, state } = (await store.get(record.id)) ?? record;
      return { body: { id, state, outcome: marked ? ('marked' as const) : ('finished' as const) } };
    },
    retry: async ({ params, response }: Pick<Asked<'retryTask'>, 'params' | 'response'>) => {
      const { id } = await find(params.id);
      const done = await reopen(store, id, principalOf(response).name);
      if (done === undefined) throw notFound(kind, id);
      if (done.outcome === 'refused') throw new HttpProblem('conflict', `${id} is not retried: ${done.why}`, { members: { state: done.state } });
      return { body: { id, state: done.state, outcome: done.outcome } };
    },
  };
}

/** A dataset or task by its id. Throws `not_found`, also where the id is one of the other kind. */
export async function findSubject(store: TaskStore, kind: SubjectKind, id: string): Promise<SubjectRecord> {
  const record = await store.get(id);
  if (record?.kind !== kind) throw notFound(kind, id);
  return record;
}

function notFound(kind: SubjectKind, id: string): HttpProblem {
  return new HttpProblem('not_found', `there is no ${kind} of this id [id=${id}]`);
}

async function listOf({ store, artifacts }: Stores, kind: SubjectKind, query: Asked<'listTasks'>['query']): Promise<SubjectPage> {
  const { state, dataset, limit, cursor } = query;
  const filter = { kind, ...(state === undefined ? {} : { states: [state] }), ...(dataset === undefined ? {} : { datasetId: dataset }) };
  const { records, next } = await store.page(filter, limit, cursor === undefined ? undefined : placeOf(cursor));
  const rows = records.map(async (record) => {
    const { id, datasetId, generation, code } = record;
    const difficulty = await difficultyOf(artifacts, record);
    return {
      id,
      kind,
      dataset: datasetId,
      state: record.state,
      generation,
      ...(code === undefined ? {} : { code }),
      ...(difficulty === undefined ? {} : { difficulty }),
    };
  });
  return { items: await Promise.all(rows), ...(next === undefined ? {} : { next: cursorOf(next) }) };
}

function lineOf({ created, rules, events, documents, lost, ...row }: HistoryRow): SubjectDetail['history'][number] {
  return {
    ...row,
    ...(events === undefined ? {} : { events: [...events] }),
    ...(lost === undefined ? {} : { lost: [...lost] }),
    ...(documents === undefined ? {} : { documents: { ...documents } }),
    ...(created === undefined ? {} : { created: [...created] }),
    ...(rules === undefined ? {} : { rules: [...rules] }),
  };
}
