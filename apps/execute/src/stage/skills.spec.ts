import { ExecuteConfig } from '../config.ts';
import { skillsOf } from './skills.ts';

const { skills: LIMITS } = ExecuteConfig.parse({});
const TABLE = { objective: 'binary', columns: [], split: { kind: 'stratified' } } as const;

describe('skills', () => {
  it('are none where nothing was measured that asks for one', () => {
    expect(skillsOf(TABLE, { rows: 5_000, inputs: 12, numbers: 12, classes: 2, rarest_share: 0.45 }, false, LIMITS)).toEqual([]);
  });

  it.each([
    ['imbalance', TABLE, { classes: 2, rarest_share: 0.08 }],
    ['many classes', { ...TABLE, objective: 'multiclass' as const }, { classes: 40, rarest_share: 0.02 }],
    ['heavy tail', { ...TABLE, objective: 'regression' as const }, { tail: 30 }],
    ['text features', TABLE, { texts: 1 }],
    ['image features', { ...TABLE, columns: [{ type: 'image' }] }, {}],
    ['time', { ...TABLE, split: { kind: 'temporal' as const } }, {}],
    ['groups', { ...TABLE, split: { kind: 'group' as const } }, {}],
    ['missing data', TABLE, { missing_cells: 0.2 }],
    ['high cardinality', TABLE, { most_levels: 300 }],
    ['wide table', TABLE, { inputs: 80 }],
    ['few rows', TABLE, { rows: 150 }],
    ['mixed types', TABLE, { numbers: 2, categories: 1 }],
  ])('tell %s from a number that was measured', (skill, task, traits) => {
    expect(skillsOf(task, traits, false, LIMITS)).toEqual([skill]);
  });

  it('tell joins from how the raw tables are read', () => {
    expect(skillsOf(TABLE, {}, true, LIMITS)).toEqual(['joins']);
  });
});
