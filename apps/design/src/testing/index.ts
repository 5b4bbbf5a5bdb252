export { metricExample, type MetricExample } from '../stage/testing/metric-example.ts';
