import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICE_METRICS, type MetricRow } from '@mle-smith/telemetry';
import { parse } from 'yaml';
import { ALERTS } from '../alerts/alerts.ts';
import { rulesFile, RUNBOOKS } from '../alerts/rules.ts';
import { describeServer } from '../testbed/index.ts';
import { runTool } from '../testbed/processes.ts';
import type { Board, Panel } from './board.ts';
import { BOARDS } from './boards.ts';
import { energyOfJobs, ofJobs } from './boards/jobs.ts';
import { metricsIn, mismatchesIn } from './metrics-in.ts';
import { increase, quantile, series } from './promql.ts';
import { dashboardOf, VARIABLES } from './render.ts';

interface AlertRule {
  readonly alert?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const FOLDER = join(import.meta.dirname, '../../deploy/grafana');
const DASHBOARDS = BOARDS.map(dashboardOf);
const PANELS: readonly Panel[] = BOARDS.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels));
const queriesOf = (panels: readonly Panel[]): string[] => panels.flatMap(({ queries }) => queries.map(({ expr }) => expr));

describe('dashboards', () => {
  it('are all of the files there are', async () => {
    const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'));

    expect(files.sort()).toEqual(BOARDS.map(({ uid }) => `${uid}.json`).sort());
    for (const file of files) expect(JSON.parse(await readFile(join(FOLDER, file), 'utf8'))).toMatchObject({ uid: file.replace('.json', '') });
  });

  it('keep to the conventions', () => {
    const uids = DASHBOARDS.map(({ uid }) => uid ?? '');

    expect(new Set(uids).size).toBe(uids.length);
    for (const dashboard of DASHBOARDS) {
      expect(dashboard).toMatchObject({ id: null, editable: false, tags: ['mle-smith'], refresh: '30s', links: [{ includeVars: true, keepTime: true }] });
      expect(dashboard.uid).toMatch(/^mle-smith-[a-z-]{1,30}$/);
      expect(dashboard.description).toMatch(/\?$/);
      expect(dashboard.templating?.list?.map(({ name }) => name).slice(0, 3)).toEqual(['datasource', 'cluster', 'namespace']);
      const panels = (dashboard.panels ?? []) as readonly { type: string; id?: number; datasource?: unknown; gridPos?: { x: number; w: number } }[];
      const ids = panels.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { type, datasource, gridPos } of panels) {
        expect((gridPos?.x ?? 24) + (gridPos?.w ?? 24)).toBeLessThanOrEqual(24);
        if (type !== 'row') expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
      }
    }
  });

  it('give each panel a title of its own, a sentence, a unit and a name for each series', () => {
    for (const { uid, rows } of BOARDS) {
      const panels = rows.flatMap((row) => row.panels);
      const titles = panels.map(({ title }) => title);
      expect([uid, new Set(titles).size]).toEqual([uid, titles.length]);
      for (const { title, description, unit, queries } of panels) {
        expect([title, /^[A-Z0-9`].*\.$/.test(description), unit.length > 0, queries.every(({ legend }) => legend.length > 0)]).toEqual([
          title,
          true,
          true,
          true,
        ]);
      }
    }
  });

  it('offer no variable that no panel of theirs heeds, and heed none that they do not offer', () => {
    for (const { uid, choices, rows } of BOARDS) {
      const text = queriesOf(rows.flatMap(({ panels }) => panels)).join('\n');
      const heeded = [...text.matchAll(/\$([a-z]+)\b/g)].map(([, name]) => name).filter((name) => name !== 'cluster' && name !== 'namespace');
      expect([uid, [...new Set(heeded)].sort()]).toEqual([uid, [...choices].sort()]);
    }
  });

  it('lead from each alert that fires to its runbook, by a label of the alert and an address that somebody types', () => {
    const board = BOARDS.find(({ uid }) => uid === 'mle-smith-slo');
    const { panels, templating } = dashboardOf(board as Board);
    const table = (panels ?? []).find(({ type }) => type === 'table') as { fieldConfig?: { defaults: { links?: readonly { url: string }[] } } };
    const [, address = '', label = ''] = /^\$\{(\w+)\}#\$\{__data\.fields\.(\w+)\}$/.exec(table.fieldConfig?.defaults.links?.[0]?.url ?? '') ?? [];
    const rules = (parse(rulesFile()) as { groups: readonly { rules: readonly AlertRule[] }[] }).groups.flatMap((group) => group.rules);

    const places = rules.filter(({ alert }) => alert !== undefined).map(({ labels, annotations }) => [labels?.[label], annotations?.['runbook_url']]);

    expect(templating?.list?.find(({ name }) => name === address)).toMatchObject({ type: 'textbox', query: RUNBOOKS });
    expect(places.length).toBe(ALERTS.length);
    expect(places.filter(([place, url]) => place === undefined || url !== `${RUNBOOKS}#${place}`)).toEqual([]);
  });

  it('ask for what the table of metrics holds, and nothing else', () => {
    const asked = [...queriesOf(PANELS), ...Object.values(VARIABLES).map(({ query }) => query.replace('(mlesmith_build_info,', '(mlesmith_build_info{},'))];

    expect(asked.flatMap((expr) => metricsIn(expr).unknown)).toEqual([]);
    expect(asked.flatMap(mismatchesIn)).toEqual([]);
    expect(mismatchesIn('mlesmith_stage_attempts_total{stge="design",class=~"none|nobody",stage=~"$stage"}')).toEqual([
      'mlesmith_stage_attempts_total{stge="design"}',
      'mlesmith_stage_attempts_total{class=~"none|nobody"}',
    ]);
    expect(mismatchesIn('mlesmith_claim_latency_seconds_bucket{le="31",job="x"}')).toEqual(['mlesmith_claim_latency_seconds_bucket{le="31"}']);
    expect(asked.every((expr) => metricsIn(expr).ours.length > 0 || /\{/.test(expr))).toBe(true);
    expect(metricsIn('sum (rate(mlesmith_stage_atempts_total{a="b"}[5m]))').unknown).toEqual(['mlesmith_stage_atempts_total']);
    expect(metricsIn('mlesmith_claim_latency_seconds{}').unknown).toEqual(['mlesmith_claim_latency_seconds']);
  });

  it('show every metric of the table where the table says', () => {
    const missing = Object.entries<MetricRow>(SERVICE_METRICS).filter(([name, { dashboard }]) => {
      const board = BOARDS.find(({ uid }) => uid === `mle-smith-${dashboard}`);
      return !queriesOf(board?.rows.flatMap(({ panels }) => panels) ?? []).some((expr) => metricsIn(expr).ours.includes(name));
    });

    expect(missing.map(([name, { dashboard }]) => `${name} on ${dashboard}`)).toEqual([]);
  });

  it('cannot be written with a metric or a label that the table lacks', () => {
    // @ts-expect-error The table has no such metric.
    series('mlesmith_misspelt_total');
    // @ts-expect-error The metric has no such label.
    increase('mlesmith_stage_attempts_total', ['stge']);
    // @ts-expect-error The metric has no such label.
    increase('mlesmith_stage_attempts_total', ['stage'], { clas: '="none"' });
    // @ts-expect-error A counter has no quantile.
    quantile(0.5, 'mlesmith_stage_attempts_total', []);
  });
});

await describeServer('the figures of GPUs', 'prometheus', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dashboards-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** A node with two GPUs that two jobs hold, one that nobody holds, and a pod of somebody else. */
  const SAMPLES = [
    ['DCGM_FI_DEV_GPU_UTIL{Hostname="node-1",gpu="0",namespace="solve",pod="mls-a-x1"}', 90],
    ['DCGM_FI_DEV_GPU_UTIL{Hostname="node-1",gpu="1",namespace="solve",pod="mls-b-x2"}', 10],
    ['DCGM_FI_DEV_GPU_UTIL{Hostname="node-1",gpu="2"}', 0],
    ['DCGM_FI_DEV_GPU_UTIL{Hostname="node-1",gpu="3",namespace="solve",pod="other"}', 50],
    ['kube_pod_labels{namespace="solve",pod="mls-a-x1",label_mle_smith_io_job="fit-pears",instance="one"}', 1],
    ['kube_pod_labels{namespace="solve",pod="mls-a-x1",label_mle_smith_io_job="fit-pears",instance="another"}', 1],
    ['kube_pod_labels{namespace="solve",pod="mls-b-x2",label_mle_smith_io_job="fit-figs",instance="one"}', 1],
    ['kube_pod_labels{namespace="solve",pod="other",instance="one"}', 1],
  ] as const;

  /** What promtool says of a query that is asked after so many minutes, with one sample a minute. */
  const asked = async (query: string, samples: readonly (readonly [string, string])[], minute: number, wanted: readonly object[]): Promise<string> => {
    const expr = query.replaceAll(/\$(cluster|namespace)/g, '.*').replaceAll('$__range', '1h');
    const test = {
      interval: '1m',
      input_series: samples.map(([series, values]) => ({ series, values })),
      promql_expr_test: [{ expr, eval_time: `${minute}m`, exp_samples: wanted }],
    };
    const file = join(folder, 'gpus.yaml');
    await writeFile(file, JSON.stringify({ rule_files: [], evaluation_interval: '1m', tests: [test] }));
    return runTool('promtool', ['test', 'rules', file]);
  };

  it('come as one series for each job that holds one, with its name', async () => {
    const wanted = [
      { labels: '{gpu="0",label_mle_smith_io_job="fit-pears",namespace="solve",pod="mls-a-x1"}', value: 90 },
      { labels: '{gpu="1",label_mle_smith_io_job="fit-figs",namespace="solve",pod="mls-b-x2"}', value: 10 },
    ];
    const samples = SAMPLES.map(([series, value]) => [series, `${value}x4`] as const);

    expect(await asked(ofJobs('DCGM_FI_DEV_GPU_UTIL'), samples, 2, wanted)).toContain('SUCCESS');
  });

  it('tell in joules what GPUs took for a job, after its end too, and nothing of what nobody holds', async () => {
    const energy = (labels: string): string => `DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{Hostname="node-1",${labels}}`;
    const samples = [
      // A counter since the boot of the node, in thousandths: 6 kJ a minute for each of two GPUs, until the job has ended.
      [energy('gpu="0",namespace="solve",pod="mls-a-x1"'), '5000000000+6000000x60'],
      [energy('gpu="1",namespace="solve",pod="mls-a-x1"'), '7000000000+6000000x60'],
      [energy('gpu="2"'), '0+6000000x80'],
      ['kube_pod_labels{namespace="solve",pod="mls-a-x1",label_mle_smith_io_job="fit-pears",instance="one"}', '1x60'],
      ['kube_pod_labels{namespace="solve",pod="other",instance="one"}', '1x80'],
    ] as const;

    // The half hour of the hour that is looked at in which it ran still; Prometheus adds half a minute for where between two samples it ended.
    expect(await asked(energyOfJobs(), samples, 90, [{ labels: '{label_mle_smith_io_job="fit-pears"}', value: 366_000 }])).toContain('SUCCESS');
  });
});
