import { ALERTS } from '../../alerts/alerts.ts';
import { STATIONS } from '../../cluster/cluster.ts';
import { seriesIn } from '../../cluster/series-in.ts';
import { waitFor } from '../../testbed/index.ts';
import type { Board } from '../board.ts';
import { BOARDS } from '../boards.ts';
import { PIPELINE_BOARD } from '../boards/pipeline.ts';
import { differencesFromTable } from '../metrics-shown.ts';
import { lookAt, wrongWith } from './look-at-boards.ts';
import { askNow } from './prometheus.ts';
import type { Scraped } from './scraped.ts';

/** Of one service (platform OB-4): what a thousand tasks add is bounded by the sets of labels. */
const MOST_SERIES = 5_000;

/** What metrics, dashboards and alerts have to show of all services after a run in which `verified` tasks were verified and a dataset was refused. */
export function describeBoards(verified: number, scraped: () => Scraped): void {
  it('are all metrics of the table but those that say when, and no others, each label within its set', async () => {
    const pages = Object.values(await scraped().pages());

    expect(differencesFromTable(pages)).toEqual([]);
    const planted = [...pages, 'mlesmith_misspelt_total 1\nmlesmith_stage_working{stage="dessign"} 1\nmlesmith_outbox_depth{task="one"} -1\n'];
    expect(differencesFromTable(planted)).toEqual([
      'mlesmith_misspelt_total is in no table',
      'mlesmith_outbox_depth has the label task',
      'mlesmith_outbox_depth is -1',
      'mlesmith_stage_working has the stage dessign',
    ]);
    expect(differencesFromTable(pages.map((page) => page.replaceAll(/^mlesmith_consumer_up.*$/gm, '')))).toEqual([
      'mlesmith_consumer_up has no value, and no reason for it',
    ]);
  });

  it('is few series of each service', async () => {
    const pages = Object.entries(await scraped().pages());
    const sizes = pages.map(([name, page]) => [name, seriesIn(page)] as const);

    expect(sizes.length).toBe(STATIONS.length + 1);
    expect(sizes.filter(([, series]) => series === 0 || series > MOST_SERIES)).toEqual([]);
  });

  it('fills every panel and every variable of every dashboard, or the panel says why not', async () => {
    expect(await wrongWith(scraped().prometheus, scraped().namespace, BOARDS)).toEqual([]);
  });

  it('tells what came out and what it cost', async () => {
    const panels = PIPELINE_BOARD.rows.flatMap((row) => row.panels);
    const value = async (title: string): Promise<number> => {
      const panel = panels.find((each) => each.title === title);
      return (await lookAt(scraped().prometheus, scraped().namespace, 'number', panel?.queries[0]?.expr ?? ''))[0]?.values[0] ?? NaN;
    };

    // Prometheus reckons a little beyond the first and the last sample.
    expect(await value('Verified')).toBeCloseTo(verified, 0);
    for (const title of ['Dollars', 'Tokens', 'Processor time']) expect([title, (await value(`${title} for a verified task`)) > 0]).toEqual([title, true]);
  });

  it('is nothing that any alert tells of', async () => {
    // What is recorded needs longer than the run to be worth anything.
    const symptoms = ALERTS.filter(({ expr }) => !expr.includes('mlesmith:'));
    const told = async (): Promise<readonly string[]> => {
      const each = symptoms.map(async ({ name, expr }) =>
        (await askNow(scraped().prometheus, expr)).filter(({ labels }) => labels['namespace'] === scraped().namespace).map(() => name),
      );
      return (await Promise.all(each)).flat();
    };

    expect(symptoms.length).toBeGreaterThan(5);
    // What an alert asks for has to last before it tells: one late look is nothing.
    let last: readonly string[] = [];
    await waitFor(async () => (last = await told()).length === 0, 60_000, 1_000);
    expect(last).toEqual([]);
    const up = async () => (await askNow(scraped().prometheus, `count (up{job=~"mle-smith.*",namespace="${scraped().namespace}"} == 1)`))[0]?.values;
    expect(await waitFor(async () => (await up())?.[0] === STATIONS.length + 1, 60_000, 1_000)).toBe(true);
  });

  it('fills no panel that is wrong', async () => {
    const panel = { title: 'Wrong', description: 'Wrong.', view: 'number', unit: 'short' } as const;
    const exprs = ['sum (mlesmith_tasks_verifed_total{})', 'sum by (stage) (mlesmith_stage_working{stge="design"})', 'sum (rate(mlesmith_tasks{}))'];
    const panels = exprs.map((expr) => ({ ...panel, queries: [{ expr, legend: 'wrong' }] }));
    const board: Board = { uid: 'wrong', title: 'Wrong', question: 'Wrong?', choices: [], rows: [{ title: 'Wrong', panels }] };

    expect(await wrongWith(scraped().prometheus, scraped().namespace, [board])).toEqual([
      expect.stringContaining('nothing to show'),
      expect.stringContaining('nothing to show'),
      expect.stringContaining('does not take the query'),
    ]);
  });
}
