export { runChild, until, type Child } from './child.ts';
export { startCollector, type Collector } from './collector.ts';
