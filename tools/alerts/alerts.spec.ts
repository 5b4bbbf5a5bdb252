import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GATEWAY_SERVICE_SETTINGS, STATION_SERVICE_SETTINGS } from '@mle-smith/service';
import { LOG_CODES, SERVICE_METRICS, type ServiceMetricName } from '@mle-smith/telemetry';
import { BOARDS } from '../dashboards/boards.ts';
import { metricsIn, mismatchesIn } from '../dashboards/metrics-in.ts';
import { seriesNames } from '../dashboards/series-names.ts';
import { describeServer } from '../testbed/index.ts';
import { runTool } from '../testbed/processes.ts';
import type { Alert, Scene } from './alert.ts';
import { ALERTS, type AlertName } from './alerts.ts';
import { PROMISES, recordings } from './burn-rates.ts';
import { FIGURES_OF_STORE } from './of-store.ts';
import { GROUPS, rulesFile, RUNBOOKS } from './rules.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Metrics that Prometheus may find under two names (decision 55). */
const NAMED_TWICE = (Object.keys(SERVICE_METRICS) as ServiceMetricName[]).map(seriesNames).filter(({ length }) => length > 1);

describe('alerts', () => {
  it('have names and a place in the runbooks of their own', async () => {
    const runbooks = await readFile(join(ROOT, RUNBOOKS), 'utf8');

    expect(new Set(ALERTS.map(({ name }) => name)).size).toBe(ALERTS.length);
    for (const { name, steps } of ALERTS) {
      expect([name, runbooks.includes(`\n## ${name}\n`), steps.length > 0]).toEqual([name, true, true]);
      expect(rulesFile()).toContain(`${RUNBOOKS}#${name.toLowerCase()}`);
    }
  });

  it('send people to dashboards, panels, lines of the log and settings that there are', () => {
    const text = ALERTS.flatMap(({ meaning, steps }) => [meaning, ...steps]).join('\n');
    const titles = BOARDS.flatMap(({ title, rows }) => [title, ...rows.flatMap(({ panels }) => panels.map((panel) => panel.title))]);
    const settings = Object.values({ ...STATION_SERVICE_SETTINGS, ...GATEWAY_SERVICE_SETTINGS }).map(({ variable }) => variable);
    const all = (pattern: RegExp): string[] => [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))];

    expect(all(/“([^”]+)”/g).filter((title) => !titles.includes(title))).toEqual([]);
    expect(all(/`([a-z]+\.[a-z_]+)`/g).filter((code) => !Object.hasOwn(LOG_CODES, code))).toEqual([]);
    expect(all(/\b(MLE_SMITH_[A-Z_]+)/g).filter((name) => !settings.includes(name))).toEqual([]);
  });

  it('ask for what the table of metrics holds, what Prometheus tells by itself, and what is recorded', () => {
    const exprs = [...ALERTS.map(({ expr }) => expr), ...PROMISES.flatMap(({ all, bad }) => [all, bad])];
    const known = new Set([...recordings().map(({ record }) => record), 'up']);
    const names = exprs.flatMap((expr) => [...expr.matchAll(/\b((?:mlesmith|nodejs|up|process|gen_ai)[\w:]*)/g)].map(([, name = '']) => name));

    expect(names.length).toBeGreaterThan(exprs.length);
    expect(names.filter((name) => !known.has(name) && metricsIn(`${name}{}`).unknown.length > 0)).toEqual([]);
  });

  it('ask for a metric by both names where a collector makes another one of it', () => {
    const exprs = [...ALERTS.map(({ expr }) => expr), ...PROMISES.flatMap(({ all, bad }) => [all, bad])];
    const half = exprs.filter((expr) => {
      const asked = new Set([...expr.matchAll(/\b[a-z]\w*/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, '')));
      return NAMED_TWICE.some((names) => names.some((name) => asked.has(name)) && !names.every((name) => asked.has(name)));
    });

    expect(NAMED_TWICE.length).toBeGreaterThan(0);
    expect(half).toEqual([]);
  });

  it('ask for figures of the store as they were last shown, for those are not shown while it is away', () => {
    const bare = new RegExp(`(?<!last_over_time\\()\\b(${FIGURES_OF_STORE.join('|')})\\b`);

    expect(ALERTS.filter(({ expr }) => bare.test(expr)).map(({ name }) => name)).toEqual([]);
  });

  it('ask for labels, values and bounds that series have, and are tried with such series', () => {
    const exprs = [...ALERTS.map(({ expr }) => expr), ...PROMISES.flatMap(({ all, bad }) => [all, bad])];
    const series = ALERTS.flatMap(({ fires, silent }) => [fires, silent]).flatMap(({ samples }) => samples.map((sample) => sample.series));

    expect([...new Set([...exprs, ...series].flatMap(mismatchesIn))]).toEqual([]);
  });
});

await describeServer('the rules of alerts', 'prometheus', () => {
  let folder: string;
  let rules: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'alerts-'));
    rules = join(folder, 'rules.yaml');
    await writeFile(rules, rulesFile());
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Asks promtool whether exactly so many of this alert fire in this scene. */
  const fires = async ({ name }: Alert, { samples, atMinute }: Scene, wanted: boolean): Promise<string> => {
    const input = samples.map(({ series, values }) => ({ series, values }));
    // Sixty looks or so, however long the scene is.
    const step = Math.max(1, Math.floor(atMinute / 60));
    const query = { expr: `count(ALERTS{alertname="${name}",alertstate="firing"}) or vector(0)`, eval_time: `${step * Math.ceil(atMinute / step)}m` };
    const test = { interval: '1m', input_series: input, promql_expr_test: [{ ...query, exp_samples: [{ labels: '{}', value: wanted ? 1 : 0 }] }] };
    const file = join(folder, `${name}-${wanted}.yaml`);
    await writeFile(file, JSON.stringify({ rule_files: [rules], evaluation_interval: `${step}m`, group_eval_order: GROUPS, tests: [test] }));
    return runTool('promtool', ['test', 'rules', file]);
  };

  it.each<readonly [AlertName, string, string]>([
    ['MleSmithStuck', 'mlesmith_stuck_items', '0 2x28'],
    ['MleSmithOutboxOld', 'mlesmith_outbox_oldest_seconds', '0 400x28'],
  ])('%s does not end when the store goes away, before MleSmithStoreAway fires', async (name, figure, until) => {
    const labels = '{cluster="c",namespace="n",job="mle-smith",instance="a"';
    const samples = [
      { series: `${figure}${labels}}`, values: `${until} stale _x9` },
      { series: `mlesmith_telemetry_warnings_total${labels},code="telemetry.reading_failed"}`, values: '0x28 0+12x11' },
    ];
    const named = (wanted: string): Alert => ALERTS.find((alert) => alert.name === wanted) as Alert;

    expect(await fires(named(name), { samples, atMinute: 38 }, true)).toContain('SUCCESS');
    expect(await fires(named('MleSmithStoreAway'), { samples, atMinute: 38 }, true)).toContain('SUCCESS');
  });

  it('are rules that Prometheus takes', async () => {
    expect(await runTool('promtool', ['check', 'rules', rules])).toMatch(/SUCCESS: \d+ rules found/);
  });

  it.each(ALERTS.map((alert) => [alert.name, alert] as const))('%s fires in its scene, and not in one that looks alike', async (_name, alert) => {
    expect(await fires(alert, alert.fires, true)).toContain('SUCCESS');
    expect(await fires(alert, alert.silent, false)).toContain('SUCCESS');
  });
});
