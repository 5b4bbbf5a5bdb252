import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GEN_AI_METRICS } from './gen-ai.ts';
import { SERVICE_METRICS, scrapedName, type MetricRow } from './metric-catalogue.ts';
import { runChild, until } from './testing/index.ts';

const ROWS: readonly (readonly [string, MetricRow])[] = Object.entries(SERVICE_METRICS);

/** Names that a convention fixes and that lack their unit. */
const CONVENTIONAL = /^gen_ai\./;

/** Records every row once, with the first value of each closed set. */
const EVERYTHING = `
  import { SERVICE_METRICS, ServiceMetrics } from '@mle-smith/telemetry';
  const metrics = new ServiceMetrics();
  for (const [name, row] of Object.entries(SERVICE_METRICS)) {
    const labels = Object.fromEntries(Object.entries(row.labels).map(([label, limits]) => [label, limits.values?.[0] ?? 'example']));
    if (row.kind === 'counter') metrics.count(name, labels);
    if (row.kind === 'histogram') metrics.record(name, 1, labels);
    if (row.kind === 'gauge') metrics.set(name, 1, labels);
    if (row.kind.startsWith('observed')) metrics.observe(name, () => [{ value: 1, labels }]);
  }
  for (let one = 0; one < 1000; one += 1) metrics.count('mlesmith_dead_letters_total', { topic: 'task.' + one, reason: 'reason-' + one });
  setInterval(() => undefined, 1000);
`;

describe('the table of metrics', () => {
  it('has names that Prometheus and OTLP agree on: they end in their unit, and counters in _total', () => {
    const suffixes: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes', '1': '_ratio' };
    const wrong = ROWS.filter(([name, { kind, unit }]) => {
      const bare = name.replace(/_total$/, '');
      const counter = kind === 'counter' || kind === 'observed_counter';
      const suffix = suffixes[unit];
      return !CONVENTIONAL.test(name) && ((suffix === undefined ? !/^\{.+\}$/.test(unit) : !bare.endsWith(suffix)) || counter !== name.endsWith('_total'));
    });

    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  it('has bounded labels, fewer than 3,000 series each, and none that could hold an id', () => {
    const size = (row: MetricRow): number =>
      Object.values(row.labels).reduce((product, limits) => product * ('values' in limits ? limits.values.length : limits.atMost), 1);
    // Requests: 16 methods, 128 routes and 64 statuses never meet; routes are those of the code.
    const wide = ROWS.filter(([name, row]) => size(row) > 3_000 && name !== 'http_server_request_duration_seconds');
    const ids = ROWS.filter(([, row]) => Object.keys(row.labels).some((label) => /task|dataset|url|path|message|error$/.test(label)));

    expect([...wide, ...ids].map(([name]) => name)).toEqual([]);
  });

  it('gives every histogram buckets that grow, and every row a sentence', () => {
    const wrong = ROWS.filter(([, { kind, buckets, help }]) => {
      const growing = (buckets ?? []).every((bound, place, all) => place === 0 || bound > (all[place - 1] ?? Infinity));
      return (kind === 'histogram') !== (buckets !== undefined) || !growing || !/^[A-Z0-9].*\.$/.test(help);
    });

    expect(wrong.map(([name]) => name)).toEqual([]);
  });
});

describe('what the table promises', () => {
  it('is recorded: some code of a service has each row by its name', async () => {
    const ours = await sources();
    // The instrumentation of HTTP records this one; views give it its name.
    const byViews = ['http_server_request_duration_seconds'];

    // Names that conventions fix stand in one file.
    const told = (name: string): string => {
      const convention = Object.entries(GEN_AI_METRICS).find(([, conventional]) => conventional === name);
      return convention === undefined ? `'${name}'` : `GEN_AI_METRICS\\.${convention[0]}\\b`;
    };
    const recorded = (name: string): boolean => new RegExp(`\\.(count|record|set|observe)\\(\\s*${told(name)}`).test(ours);

    expect(ROWS.map(([name]) => name).filter((name) => !recorded(name))).toEqual(byViews);
  });
});

/** The text of all that services run, specs and what only they use left out. */
async function sources(): Promise<string> {
  const root = join(import.meta.dirname, '../../..');
  const texts: string[] = [];
  for (const folder of ['apps', 'libs'])
    for await (const file of glob('**/src/**/*.ts', { cwd: join(root, folder), exclude: (name) => name === 'testing' || name === 'node_modules' }))
      if (!file.endsWith('.spec.ts')) texts.push(await readFile(join(root, folder, file), 'utf8'));
  return texts.join('\n');
}

describe('/metrics of a process', () => {
  it('shows exactly the rows of the table, each with its help, type and labels, and bounds what comes from outside', async () => {
    const child = runChild(EVERYTHING, {});
    const started = await until('the start', () => child.lines().find((line) => line['code'] === 'telemetry.started'));
    const { metricsPort } = started['data'] as { metricsPort: number };
    const page = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    child.kill();
    await child.exited;

    const shown = new Map([...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
    shown.delete('target_info');
    const wanted = new Map(ROWS.map(([name, { kind }]) => [scrapedName(name), kind.replace('observed_', '')]));
    expect(shown).toEqual(wanted);
    for (const [name, { help, labels }] of ROWS) {
      expect(page).toContain(`# HELP ${scrapedName(name)} ${help}`);
      const series = new RegExp(`^${scrapedName(name)}(?:_count)?(?:\\{([^}]*)\\})? `, 'm').exec(page)?.[1] ?? '';
      expect([...series.matchAll(/(\w+)="/g)].map(([, label]) => label).sort()).toEqual(Object.keys(labels).map(scrapedName).sort());
    }
    expect([...page.matchAll(/^mlesmith_dead_letters_total\{/gm)].length).toBeLessThanOrEqual(34);
    expect(page).toMatch(/mlesmith_dead_letters_total\{topic="other",reason="other"\} \d+/);
    expect(child.lines().filter((line) => line['code'] === 'telemetry.label_outside').length).toBe(1);
  });
});
