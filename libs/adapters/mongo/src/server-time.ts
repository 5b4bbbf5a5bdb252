import { ask } from './ask.ts';
import type { Collections } from './schema.ts';
import { StoreFailedError } from './store-errors.ts';

/** The server's clock, ms since the epoch. */
export async function serverTime({ meta }: Pick<Collections, 'meta'>): Promise<number> {
  const [answer] = await ask('tell the time', () => meta.aggregate<{ now: Date }>([{ $match: { _id: 'arrival' } }, { $project: { now: '$$NOW' } }]));
  if (answer === undefined) throw new StoreFailedError('tell the time', new Error('the database is not set up'));
  return answer.now.getTime();
}

/** The same within a filter; `offsetMs` for tests. */
export function nowAtServer(offsetMs: number): object | string {
  return offsetMs === 0 ? '$$NOW' : { $add: ['$$NOW', offsetMs] };
}
