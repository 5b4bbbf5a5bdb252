import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SCHEMAS } from './programs.ts';
import { CHART, KUBE_VERSION, runProgram, valuesPath, type Ended, type KubeObject, type ValuesFile } from './render.ts';

/** `helm lint --strict` with one of the chart's files of values. */
export function lint(values: ValuesFile, chart = CHART): Promise<Ended> {
  return runProgram('helm', ['lint', '--strict', chart, '--values', valuesPath(values), '--kube-version', KUBE_VERSION]);
}

/** Kinds of operators, which no schema is at hand for, nor an API server; unit tests look at them. */
export const FOREIGN_KINDS: readonly string[] = ['ServiceMonitor', 'PrometheusRule', 'ScaledObject'];

/** Holds objects against the schemas of a version of Kubernetes; unknown keys are faults. */
export async function conform(objects: readonly KubeObject[], version: string): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), 'objects-'));
  try {
    const file = join(folder, 'objects.json');
    await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    const schemas = join(SCHEMAS, '{{.NormalizedKubernetesVersion}}/{{.ResourceKind}}{{.KindSuffix}}.json');
    return await runProgram('kubeconform', [
      '-strict',
      '-summary',
      '-skip',
      FOREIGN_KINDS.join(','),
      '-kubernetes-version',
      version,
      '-schema-location',
      schemas,
      file,
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The suites of charts/mle-smith/tests; on a copy, since a folder is made beside them. */
export async function unitTests(chart = CHART): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), 'chart-'));
  try {
    await cp(chart, join(folder, 'mle-smith'), { recursive: true });
    return await runProgram('helm-unittest', ['--strict', '--file', 'tests/*_test.yaml', join(folder, 'mle-smith')]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Renders with values of one object over those of a file; gives how that ended. */
export async function renderWith(values: unknown, over: ValuesFile = 'least', chart = CHART): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), 'values-'));
  try {
    const file = join(folder, 'values.json');
    await writeFile(file, JSON.stringify(values));
    return await runProgram('helm', [
      'template',
      'mls',
      chart,
      '--namespace',
      'mls',
      '--values',
      valuesPath(over),
      '--values',
      file,
      '--kube-version',
      KUBE_VERSION,
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
