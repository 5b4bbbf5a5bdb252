import { ClusterSight } from './cluster-sight.ts';
import { StationHealth } from './station-health.ts';

describe('the health of a station', () => {
  it('has the cluster of its pods among what it depends on, where jobs run there', async () => {
    let now = 0;
    const health = new StationHealth(new ClusterSight(() => now));
    const checked = async (jobRunner: 'sandbox' | 'kubernetes'): Promise<unknown> => {
      const check = health.options({ engine: 'rules', jobRunner }).dependencies?.['kubernetes'];
      return check === undefined ? 'none' : check(new AbortController().signal).then(() => 'ok');
    };

    expect([await checked('sandbox'), await checked('kubernetes')]).toEqual(['none', 'ok']);
    health.sight.hear({ kind: 'list_failed', namespace: 'solve', error: new Error('away') });
    now = 200_000;
    await expect(checked('kubernetes')).rejects.toThrow('namespace=solve');
  });

  it('has no dependency that is told to answer before it was ever reached', async () => {
    const health = new StationHealth();
    const checks = Object.entries(health.options({ engine: 'llm', jobRunner: 'sandbox' }).dependencies ?? {});

    const told = await Promise.all(
      checks.map(([name, check]) =>
        check(new AbortController().signal).then(
          () => [name, 'ok'],
          () => [name, 'failed'],
        ),
      ),
    );

    expect(Object.fromEntries(told)).toEqual({ mongodb: 'failed', 'object store': 'failed', kafka: 'failed', models: 'failed' });
  });
});
