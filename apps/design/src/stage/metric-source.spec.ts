import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { METRICS, type MetricSpec } from '@mle-smith/contracts';
import { DirectJobRunner } from '@mle-smith/environment/testing';
import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { metricExample } from './testing/metric-example.ts';

/** A folder a metric: its source and what the check must know. */
function folderOf(metric: MetricSpec): Record<string, Uint8Array> {
  const { source, truth, needed } = metricExample(metric);
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    [`metrics/${metric.name}/metric.py`]: encode(source),
    [`metrics/${metric.name}/facts.json`]: encode(
      JSON.stringify({ name: metric.name, kind: metric.prediction, truth, needed, optimum: metric.optimum, direction: metric.direction }),
    ),
  };
}

describe('generated metrics', () => {
  it('score perfect answers at the optimum, ignore order and id type, and refuse every bad submission without quoting answers', async () => {
    const jobs = new DirectJobRunner({ artifacts: new InMemoryArtifactStore() });
    const script = await readFile(join(import.meta.dirname, 'testing', 'check_metric.py'));
    const files = Object.assign({ 'check_metric.py': new Uint8Array(script) }, ...Object.values(METRICS).map(folderOf)) as Record<string, Uint8Array>;

    const result = await jobs.run({
      name: 'metrics',
      zone: 'grade',
      trust: 'ours',
      run: { script: 'check_metric.py', arguments: ['/input/metrics'] },
      inputs: [],
      files,
    });

    expect({ message: result.message, log: result.log.trim() }).toEqual({ message: '', log: '[]' });
  });
});
