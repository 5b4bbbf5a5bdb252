import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { withBrokenCopy } from './broken-copy.ts';
import { describeChart } from './describe-chart.ts';
import { renderWith } from './gates.ts';
import { CHART, objectsIn, runProgram, type KubeObject } from './render.ts';

const DEPLOY = join(import.meta.dirname, '../../deploy');
const ON = {
  networkPolicy: { metricsFrom: [{ namespaceSelector: {} }] },
  metrics: { serviceMonitor: { enabled: true }, prometheusRule: { enabled: true }, dashboards: { enabled: true } },
};
/** What `kubectl apply` writes beside an object, in its annotations. A ConfigMap itself may hold four times as much. */
const MOST_BYTES = 262_144;
/** What a secret may hold: Helm keeps a release in one. */
const MOST_OF_SECRET = 1_048_576;

/** What is rendered with all that Prometheus and Grafana get. */
async function watched(chart = CHART): Promise<{ readonly text: string; readonly objects: readonly KubeObject[] }> {
  const { code, output } = await renderWith(ON, 'least', chart);
  if (code !== 0) throw new Error(output);
  return { text: output, objects: objectsIn(output).filter(({ kind, metadata }) => kind === 'PrometheusRule' || metadata.name.includes('-dashboard-')) };
}

function dashboardsIn(objects: readonly KubeObject[]): Readonly<Record<string, unknown>> {
  const files = objects.filter(({ kind }) => kind === 'ConfigMap').flatMap((object) => Object.entries(object['data'] as Readonly<Record<string, string>>));
  return Object.fromEntries(files.map(([file, text]) => [file, JSON.parse(text) as unknown]));
}

const tooLarge = (objects: readonly KubeObject[]): readonly string[] =>
  objects.filter((object) => Buffer.byteLength(JSON.stringify(object)) > MOST_BYTES).map(({ kind, metadata }) => `${kind}/${metadata.name}`);

await describeChart('what the chart gives Prometheus and Grafana', () => {
  it('are the rules of deploy/prometheus', async () => {
    const { objects } = await watched();

    expect(objects.find(({ kind }) => kind === 'PrometheusRule')?.['spec']).toEqual(
      parse(await readFile(join(DEPLOY, 'prometheus/mle-smith-rules.yaml'), 'utf8')),
    );
  });

  it('are all dashboards of deploy/grafana', async () => {
    const files = (await readdir(join(DEPLOY, 'grafana'))).sort();
    const wanted = await Promise.all(files.map(async (file) => [file, JSON.parse(await readFile(join(DEPLOY, 'grafana', file), 'utf8')) as unknown] as const));

    expect(dashboardsIn((await watched()).objects)).toEqual(Object.fromEntries(wanted));
  });

  it('are small enough for every way to install them, and the whole release for the secret of Helm', async () => {
    const { text, objects } = await watched();
    const files = await readdir(CHART, { recursive: true, withFileTypes: true });
    const sources = await Promise.all(files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8')));

    expect(tooLarge(objects)).toEqual([]);
    expect(gzipSync([text, ...sources].join('\n')).toString('base64').length).toBeLessThan(MOST_OF_SECRET);
  });

  it('is found out where a dashboard has grown too large', async () => {
    const { objects } = await withBrokenCopy('files/grafana/mle-smith-slo.json', '"title":', `"more": "${'x'.repeat(MOST_BYTES)}", "title":`, watched);

    expect(tooLarge(objects)).toEqual(['ConfigMap/mls-mle-smith-dashboard-slo']);
  });

  it('are in the chart that is packed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'packed-'));
    try {
      const { code } = await runProgram('helm', ['package', CHART, '--destination', folder]);
      const [packed = ''] = await readdir(folder);

      expect(code).toBe(0);
      expect((await watched(join(folder, packed))).objects).toEqual((await watched()).objects);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
