import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICE_METRICS } from '@mle-smith/telemetry';
import { parse } from 'yaml';
import { BAD_VALUES } from './bad-values.ts';
import { CHART, valuesPath, VALUES_FILES } from './render.ts';
import { allSettings, SET_BY_CHART } from './settings.ts';
import { initialOf, shapeOf, type Fields } from './table.ts';
import { VALUES } from './values.ts';

/** As Helm merges values. */
function merged(one: unknown, other: unknown): unknown {
  const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(one) || !isMap(other)) return other;
  return Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [key, key in other ? merged(one[key], other[key]) : one[key]]),
  );
}

const accepts = (values: unknown): boolean => shapeOf(VALUES).safeParse(merged(initialOf(VALUES), values)).success;
const read = async (path: string): Promise<unknown> => parse(await readFile(path, 'utf8')) as unknown;

describe('values of the chart', () => {
  it('stand in values.yaml as the table has them', async () => {
    expect(await read(join(CHART, 'values.yaml'))).toEqual(initialOf(VALUES));
  });

  it.each(VALUES_FILES)('may be those of ci/%s-values.yaml', async (name) => {
    expect(accepts(await read(valuesPath(name)))).toBe(true);
  });

  it('may not be what the table of bad ones has, but for what templates alone can see', async () => {
    const least = await read(valuesPath('least'));

    const taken = BAD_VALUES.filter(({ values }) => accepts(merged(least, values)));

    expect(taken.map(({ what }) => what)).toEqual([
      'no secret of MongoDB',
      'no broker',
      'no bucket',
      'no digest',
      'no digest of sandboxes',
      'no file of keys',
      'KEDA without Prometheus',
      'most pods below fewest',
      'neither a runtime class nor the leave to do without',
      'no secret of pods',
      'a profile that is not in the table',
      'answers beside candidates',
      'candidates beside the secrets of services',
      'certificates while TLS is off',
      'a network said to be enforced that has no policy',
      'names of what services may reach without the API server',
      'a monitor of services that nobody may scrape',
      'a number that a setting cannot have',
      'models without an endpoint',
      'models of one service without a name',
      'a profile with more processors than a sandbox may have',
    ]);
  });

  it('have no key that the schema would let pass unseen, but in objects that are none of ours', async () => {
    const schema = JSON.parse(await readFile(join(CHART, 'values.schema.json'), 'utf8')) as object;

    expect(openObjects(schema, '')).toEqual(['/extraObjects/items']);
  });

  it('are each named by a template', async () => {
    const files = (await readdir(join(CHART, 'templates'), { recursive: true })).filter((file) => /\.(yaml|tpl|txt)$/.test(file));
    const templates = (await Promise.all(files.map((file) => readFile(join(CHART, 'templates', file), 'utf8')))).join('\n');

    expect(namesOf(VALUES).filter((name) => !new RegExp(`\\.${name}\\b`).test(templates))).toEqual([]);
  });

  it('hold each setting of services once: by its name, or by a value of the chart', () => {
    expect(SET_BY_CHART.filter((name) => !allSettings().has(name))).toEqual([]);
  });

  it('scale by a metric that services show', async () => {
    const template = await readFile(join(CHART, 'templates/autoscaling.yaml'), 'utf8');
    const made = (await adapterRules()).map(({ name }) => name.as);

    const named = [...template.matchAll(/\b(mlesmith_\w+)/g)].map(([, name]) => name as string).filter((name) => !made.includes(name));

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !(name in SERVICE_METRICS))).toEqual([]);
  });

  it('scale by one series for each stage where an adapter makes it as the page says', async () => {
    const objects = await readFile(join(CHART, 'templates/autoscaling.yaml'), 'utf8');

    for (const { seriesQuery, name, metricsQuery } of await adapterRules()) {
      expect(Object.keys(SERVICE_METRICS)).toContain(seriesQuery);
      expect(objects).toContain(`name: ${name.as}\n`);
      expect(metricsQuery).toMatch(/^max by \(namespace, stage\) \(/);
    }
    expect(await adapterRules()).toHaveLength(1);
  });

  it('let services reach each server that they name, where what they reach is named', async () => {
    const { networkPolicy } = (await read(valuesPath('full'))) as {
      networkPolicy: Record<'egress' | 'apiServer', readonly { ports: readonly { port: number }[] }[]>;
    };
    const portsOf = (rules: readonly { ports: readonly { port: number }[] }[]): readonly number[] =>
      rules.flatMap(({ ports }) => ports.map(({ port }) => port));

    // MongoDB, brokers, https of object store and models, the collector of the same file.
    expect(portsOf(networkPolicy.egress)).toEqual(expect.arrayContaining([27_017, 9_093, 443, 4_318]));
    expect(portsOf(networkPolicy.apiServer)).toEqual([6_443]);
  });

  it('belong to a chart of the version of this project', async () => {
    const chart = (await read(join(CHART, 'Chart.yaml'))) as { version: string; appVersion: string };
    const { version } = JSON.parse(await readFile(join(CHART, '../../package.json'), 'utf8')) as { version: string };

    expect([chart.version, chart.appVersion]).toEqual([version, version]);
  });
});

/** The last names of all values but settings, which templates go through as a map. */
function namesOf(fields: Fields): readonly string[] {
  return Object.entries(fields).flatMap(([name, field]) => ('fields' in field ? (name === 'settings' ? [] : namesOf(field.fields)) : [name]));
}

/** Where a schema takes any key. */
function openObjects(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, properties, additionalProperties, items, anyOf } = schema as Readonly<Record<string, unknown>>;
  const isOpen =
    type === 'object' && additionalProperties !== false && (typeof additionalProperties !== 'object' || Object.keys(additionalProperties ?? {}).length === 0);
  return [
    ...(isOpen ? [path] : []),
    ...Object.entries((properties ?? {}) as object).flatMap(([key, inner]) => openObjects(inner, `${path}/${key}`)),
    ...openObjects(additionalProperties, `${path}/*`),
    ...openObjects(items, `${path}/items`),
    ...((anyOf ?? []) as readonly unknown[]).flatMap((inner) => openObjects(inner, path)),
  ];
}

/** The rules of an adapter that the page about Kubernetes gives. */
async function adapterRules(): Promise<readonly { readonly seriesQuery: string; readonly name: { readonly as: string }; readonly metricsQuery: string }[]> {
  const page = await readFile(join(CHART, '../../docs/operations/kubernetes.md'), 'utf8');
  const block = /^ {4}externalRules:\n(?: {4}.*\n)+/m.exec(page)?.[0] ?? '';
  return (parse(block.replaceAll(/^ {4}/gm, '')) as { externalRules: [] } | null)?.externalRules ?? [];
}
