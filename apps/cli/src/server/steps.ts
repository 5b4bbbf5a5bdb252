import { MOST_STEPS, type SubjectDetail } from '@mle-smith/contracts';
import type { Client } from './client.ts';

/** Every step of a dataset or task, without the first `from`. */
export async function allSteps(
  client: Client,
  { id, kind }: Pick<SubjectDetail, 'id' | 'kind'>,
  from = 0,
  signal?: AbortSignal,
): Promise<SubjectDetail['history']> {
  const steps: SubjectDetail['history'] = [];
  for (;;) {
    const query = { from: String(from + steps.length), limit: String(MOST_STEPS) };
    const part = await client.ask(kind === 'task' ? 'taskHistory' : 'datasetHistory', { params: { id }, query, signal });
    steps.push(...part);
    if (part.length < MOST_STEPS) return steps;
  }
}

/** A dataset or task with its whole history. */
export async function withAllSteps<Detail extends Pick<SubjectDetail, 'id' | 'kind' | 'history' | 'earlier'>>(
  client: Client,
  { earlier, ...detail }: Detail,
  signal?: AbortSignal,
): Promise<Omit<Detail, 'earlier'>> {
  return earlier === undefined ? detail : { ...detail, history: await allSteps(client, detail, 0, signal) };
}
