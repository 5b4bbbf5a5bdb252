import { ALERTS } from '../alerts/alerts.ts';
import { SERVERS, STATIONS } from '../cluster/cluster.ts';
import { describeServers } from '../testbed/index.ts';
import type { Board } from './board.ts';
import { BOARDS } from './boards.ts';
import { PIPELINE_BOARD } from './boards/pipeline.ts';
import { differencesFromTable } from './metrics-shown.ts';
import { lookAt, wrongWith } from './testing/look-at-boards.ts';
import { askNow } from './testing/prometheus.ts';
import { watchedRun, type WatchedRun } from './testing/watched-run.ts';

/** Of one service (platform OB-4): what a thousand tasks add is bounded by the sets of labels. */
const MOST_SERIES = 5_000;

await describeServers('what a real run of all services shows', [...SERVERS, 'prometheus'], (servers) => {
  let run: WatchedRun;
  beforeAll(async () => {
    run = await watchedRun(servers);
  }, 1_000_000);
  afterAll(() => run?.close());

  it('is two verified tasks and a refused dataset', () => {
    expect(Object.values(run.ends).sort()).toEqual(['dataset.brainstormed', 'dataset.brainstormed', 'dataset.refused', 'task.verified', 'task.verified']);
  });

  it('are all metrics of the table but those that say when, and no others, each label within its set', async () => {
    const pages = Object.values(await run.pages());

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
    const pages = Object.entries(await run.pages());
    const sizes = pages.map(([name, page]) => [name, page.split('\n').filter((line) => /^[a-z]/.test(line)).length] as const);

    expect(sizes.length).toBe(STATIONS.length + 1);
    expect(sizes.filter(([, series]) => series === 0 || series > MOST_SERIES)).toEqual([]);
  });

  it('fills every panel and every variable of every dashboard, or the panel says why not', async () => {
    expect(await wrongWith(run.prometheus, run.namespace, BOARDS)).toEqual([]);
  });

  it('tells what came out and what it cost', async () => {
    const panels = PIPELINE_BOARD.rows.flatMap((row) => row.panels);
    const value = async (title: string): Promise<number> => {
      const panel = panels.find((each) => each.title === title);
      return (await lookAt(run.prometheus, run.namespace, 'number', panel?.queries[0]?.expr ?? ''))[0]?.values[0] ?? NaN;
    };

    // Prometheus reckons a little beyond the first and the last sample.
    expect(await value('Verified')).toBeCloseTo(2, 0);
    for (const title of ['Dollars', 'Tokens', 'Processor time']) expect([title, (await value(`${title} for a verified task`)) > 0]).toEqual([title, true]);
  });

  it('is nothing that any alert tells of', async () => {
    // What is recorded needs longer than the run to be worth anything.
    const symptoms = ALERTS.filter(({ expr }) => !expr.includes('mlesmith:'));
    const told = await Promise.all(
      symptoms.map(async ({ name, expr }) =>
        (await askNow(run.prometheus, expr)).filter(({ labels }) => labels['namespace'] === run.namespace).map(() => name),
      ),
    );

    expect(symptoms.length).toBeGreaterThan(5);
    expect(told.flat()).toEqual([]);
    const [up] = await askNow(run.prometheus, `count (up{job=~"mle-smith.*",namespace="${run.namespace}"} == 1)`);
    expect(up?.values).toEqual([STATIONS.length + 1]);
  });

  it('fills no panel that is wrong', async () => {
    const panel = { title: 'Wrong', description: 'Wrong.', view: 'number', unit: 'short' } as const;
    const exprs = ['sum (mlesmith_tasks_verifed_total{})', 'sum by (stage) (mlesmith_stage_working{stge="design"})', 'sum (rate(mlesmith_tasks{}))'];
    const panels = exprs.map((expr) => ({ ...panel, queries: [{ expr, legend: 'wrong' }] }));
    const board: Board = { uid: 'wrong', title: 'Wrong', question: 'Wrong?', choices: [], rows: [{ title: 'Wrong', panels }] };

    expect(await wrongWith(run.prometheus, run.namespace, [board])).toEqual([
      expect.stringContaining('nothing to show'),
      expect.stringContaining('nothing to show'),
      expect.stringContaining('does not take the query'),
    ]);
  });
});
