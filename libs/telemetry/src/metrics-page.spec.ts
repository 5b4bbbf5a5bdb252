import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { MetricsPage } from './metrics-page.ts';
import { ServiceMetrics } from './service-metrics.ts';

describe('the page of metrics', () => {
  let [page, provider]: [MetricsPage, MeterProvider?] = [new MetricsPage()];
  let metrics: ServiceMetrics;
  beforeEach(() => {
    page = new MetricsPage();
    provider = new MeterProvider({ readers: [page] });
    metrics = new ServiceMetrics(provider.getMeter('test'));
  });
  afterEach(() => provider?.shutdown());

  const namesOn = async (): Promise<string[]> => {
    const { resourceMetrics } = await page.collect();
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name)).sort();
  };

  it('shows an observed gauge to all who ask at the same time', async () => {
    metrics.observe('mlesmith_stuck_items', async () => [{ value: 1, labels: {} }]);

    expect(await Promise.all([namesOn(), namesOn(), namesOn()])).toEqual(Array(3).fill(['mlesmith_stuck_items']));
  });

  it('shows no gauge that has nothing to show any more, and counters and gauges that were set as they are', async () => {
    let depth = [{ value: 1, labels: {} }];
    metrics.observe('mlesmith_stuck_items', () => depth);
    metrics.count('mlesmith_tasks_verified_total');
    metrics.set('mlesmith_consumer_up', 1);
    const before = await namesOn();
    depth = [];

    expect(before).toEqual(['mlesmith_consumer_up', 'mlesmith_stuck_items', 'mlesmith_tasks_verified_total']);
    expect(await namesOn()).toEqual(['mlesmith_consumer_up', 'mlesmith_tasks_verified_total']);
  });
});
