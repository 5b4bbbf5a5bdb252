/** A collector that counts: what services send is measured where it arrives. */
export { rowOfSpan, spansIn, startCollector, type Collector } from '@mle-smith/telemetry/testing';
