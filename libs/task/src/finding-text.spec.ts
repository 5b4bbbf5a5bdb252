import { findingText } from './finding-text.ts';

describe('the text of a finding', () => {
  it('names the rule, what is wrong and the repair', () => {
    const finding = { rule: 'S08', message: 'rows of one plot give each other away' };

    expect(findingText({ ...finding, repair: { action: 'group_split', columns: ['plot'] } })).toBe(
      'S08: rows of one plot give each other away (repair: keep groups on one side, by plot)',
    );
    expect(findingText({ ...finding, repair: { action: 'change_metric', columns: [], value: 'mae' } })).toContain('(repair: score with mae)');
  });

  it.each([undefined, { action: 'none' as const, columns: [] }])('promises no repair where there is none: %j', (repair) => {
    expect(findingText({ rule: 'S01', message: 'broken', ...(repair === undefined ? {} : { repair }) })).toBe('S01: broken');
  });
});
