import { reportPage } from './html.ts';

const FUNNEL = { datasets: 1, refused: 0, proposed: 0, designed: 0, designAsserted: 0, refactored: 0, asserted: 0, reviewed: 0, verified: 0, abandoned: 0 };
const EMPTY = { datasets: [], tasks: [], funnel: FUNNEL, distinct: 0, seconds: 0, version: '1', refusals: [], details: [], turnedDown: [] };

describe('the report page', () => {
  it('says "None." once for a section that has nothing, and counts in the singular where there is one', () => {
    const page = reportPage({ ...EMPTY, spread: { modality: {}, objective: {}, difficulty: {}, skill: {} } });

    expect(page).toContain('0 verified tasks from 1 dataset,');
    expect(page).not.toMatch(/None\.<\/p><p>None\./);
  });

  it('counts what the one task covers', () => {
    const page = reportPage({ ...EMPTY, distinct: 1, spread: { modality: { tabular: 1 }, objective: { binary: 1 }, difficulty: {}, skill: {} } });

    expect(page).toContain('What the 1 distinct task covers');
    expect(page).toContain('<td>tabular</td><td>1</td>');
  });
});
