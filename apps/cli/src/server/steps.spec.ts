import { MOST_STEPS } from '@mle-smith/contracts';
import type { Asking, Client } from './client.ts';
import { allSteps, withAllSteps } from './steps.ts';

/** A server that has so many steps of everything, and answers as a gateway does. */
function serverOf(steps: number): { client: Client; asked: () => string[] } {
  const asked: string[] = [];
  const ask = async (name: string, { query }: Asking): Promise<unknown> => {
    const from = Number(query?.['from']);
    asked.push(`${name} from ${from}`);
    return Array.from({ length: steps }, (_, attempt) => ({ attempt })).slice(from, from + Number(query?.['limit']));
  };
  return { client: { ask } as unknown as Client, asked: () => asked };
}

const task = { id: 'cars--mpg', kind: 'task' } as const;

describe('the steps of a dataset or task at a server', () => {
  it('are asked for part by part until there are no more, from any place', async () => {
    const { client, asked } = serverOf(2 * MOST_STEPS + 1);

    const [all, rest] = [await allSteps(client, task), await allSteps(client, { id: 'cars', kind: 'dataset' }, 2 * MOST_STEPS)];

    expect(all.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 2 * MOST_STEPS + 1 }, (_, place) => place));
    expect(rest.map(({ attempt }) => attempt)).toEqual([2 * MOST_STEPS]);
    expect(asked()).toEqual([0, MOST_STEPS, 2 * MOST_STEPS].map((from) => `taskHistory from ${from}`).concat(`datasetHistory from ${2 * MOST_STEPS}`));
  });

  it('are asked for only where some are missing', async () => {
    const { client, asked } = serverOf(3);
    const history = [{ attempt: 2 }] as never;

    expect(await withAllSteps(client, { ...task, history })).toEqual({ ...task, history });
    expect(asked()).toEqual([]);
    expect((await withAllSteps(client, { ...task, history, earlier: 2 })).history).toHaveLength(3);
  });
});
