import type { Proposal } from '@mle-smith/contracts';
import { taskId, withDistinctIds } from './task-id.ts';

const proposal = (column: string): Proposal => ({ id: taskId('shop', column), table: 'sales', target: { column } }) as Proposal;

describe('ids of tasks', () => {
  it('are labels that keep letters without their accents', () => {
    expect(taskId('vins-fins', 'Säure (g/l)')).toBe('vins-fins--saure-g-l');
  });

  it('are short enough for a label whatever the names are', () => {
    const long = taskId('d'.repeat(40), 't'.repeat(60));

    expect(long).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    expect(long).not.toBe(taskId('d'.repeat(40), 't'.repeat(61)));
  });

  it('differ for columns whose names are alike in a label', () => {
    const ids = withDistinctIds(['net price', 'net_price', 'цена', 'оценка'].map(proposal)).map(({ id }) => id);

    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toBe('shop--net-price');
    expect(ids.filter((id) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(id))).toEqual([]);
  });
});
