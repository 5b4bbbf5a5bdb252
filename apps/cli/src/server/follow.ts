import type { SubjectDetail, SubjectRow } from '@mle-smith/contracts';
import { isTerminal } from '@mle-smith/task';
import type { Client } from './client.ts';
import type { News } from './news.ts';
import { patiently, type Patience } from './patience.ts';
import { allSteps } from './steps.ts';

type HistoryLine = SubjectDetail['history'][number];

export interface Follower {
  /** Told of each subject at each look. */
  readonly onRow: (row: SubjectRow) => void;
  /** Told of each step once, in order for each subject. */
  readonly onStep: (id: string, step: HistoryLine) => void;
  /** Told of each task when it is verified; again where that failed because the server was away. */
  readonly onVerified: (id: string) => Promise<void>;
}

/** Longest time without a look, ms. */
const LOOK_MS = 2_000;

/** Watches datasets and their tasks until all have ended, also across restarts of the server; false where it was stopped before. */
export async function followDatasets(client: Client, ids: readonly string[], news: News, follower: Follower, patience: Patience): Promise<boolean> {
  const { signal } = patience;
  const seen = new Map<string, { readonly at: string; readonly steps: number }>();
  const look = async ({ id, kind, state, generation, code }: SubjectRow): Promise<void> => {
    const before = seen.get(id);
    const at = `${state} ${generation} ${code ?? ''}`;
    if (before?.at === at) return;
    const steps = await allSteps(client, { id, kind }, before?.steps, signal);
    for (const step of steps) follower.onStep(id, step);
    const told = (before?.steps ?? 0) + steps.length;
    // Steps that were told are not told again where what follows fails.
    seen.set(id, { at: before?.at ?? '', steps: told });
    if (state === 'task.verified') await follower.onVerified(id);
    seen.set(id, { at, steps: told });
  };
  const lookAtAll = async (): Promise<boolean> => {
    const rows = (await Promise.all(ids.map((id) => rowsOf(client, id, signal)))).flat();
    rows.forEach(follower.onRow);
    for (const row of rows) await look(row);
    return rows.every(({ state }) => isTerminal(state)) && (await complete(client, rows, signal));
  };
  for (;;) {
    try {
      if (await patiently(lookAtAll, patience)) return true;
      await news.next(LOOK_MS, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    if (signal.aborted) return false;
  }
}

/** A dataset and its tasks. */
async function rowsOf(client: Client, id: string, signal: AbortSignal): Promise<SubjectRow[]> {
  const { kind, state, generation, code, datasetId } = await client.ask('showDataset', { params: { id }, signal });
  const dataset = { id, kind, dataset: datasetId, state, generation, ...(code === undefined ? {} : { code }) };
  return [dataset, ...(await allRows(client, 'listTasks', { dataset: id }, signal))];
}

/** A dataset is done before its tasks are all in the store: they come by events. */
async function complete(client: Client, rows: readonly SubjectRow[], signal: AbortSignal): Promise<boolean> {
  const known = new Set(rows.map(({ id }) => id));
  for (const row of rows.filter(({ kind }) => kind === 'dataset')) {
    const history = await allSteps(client, row, 0, signal);
    if (history.some(({ created }) => created?.some((child) => !known.has(child)) === true)) return false;
  }
  return true;
}

/** Every row of a list. */
export async function allRows(
  client: Client,
  list: 'listDatasets' | 'listTasks',
  query: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<SubjectRow[]> {
  const rows: SubjectRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.ask(list, { query: { ...query, limit: '200', cursor }, signal });
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return rows;
}
