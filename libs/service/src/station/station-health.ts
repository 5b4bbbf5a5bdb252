import type { HealthOptions } from '../http/health.ts';
import { ConsumerPulse } from '../servers/consumer-pulse.ts';
import type { Servers } from '../servers/open-servers.ts';
import { ClusterSight } from './cluster-sight.ts';
import type { EndpointWatch } from './endpoint-watch.ts';

/** How far a station came, as its health tells it. */
export class StationHealth {
  readonly #pulse: ConsumerPulse;
  /** Once they were all reached. */
  servers: Pick<Servers, 'state' | 'bucket' | 'bus'> | undefined;
  /** Of models, once it is known; `none` where no work waits for one, since rules think or may stand in. */
  endpoint: EndpointWatch | 'none' | undefined;
  /** Of the cluster of its pods, where jobs run there. */
  readonly sight: ClusterSight;
  /** Whether news of the bus come: from the first join of its group until the station stops. */
  hears = false;

  constructor(sight = new ClusterSight(), pulse = new ConsumerPulse()) {
    this.sight = sight;
    this.#pulse = pulse;
  }

  /** What the health endpoints look at: every server that work needs is a dependency, whenever it goes. */
  options({ engine, jobRunner }: { readonly engine: 'rules' | 'llm'; readonly jobRunner: 'sandbox' | 'kubernetes' }): HealthOptions {
    return {
      alive: () => this.#pulse.beats,
      started: () => this.servers !== undefined,
      dependencies: {
        mongodb: async () => reached(this.servers).state.tasks.now(),
        'object store': async () => reached(this.servers).bucket.check(),
        kafka: async () => {
          if (!this.hears) throw new Error('news of the bus do not come yet');
          await reached(this.servers).bus.check();
        },
        ...(jobRunner === 'kubernetes' ? { kubernetes: async () => this.sight.check() } : {}),
        ...(engine === 'llm' ? { models: async () => checked(reached(this.endpoint)) } : {}),
      },
    };
  }
}

function reached<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('it is not reached yet');
  return part;
}

function checked(endpoint: EndpointWatch | 'none'): void {
  if (endpoint !== 'none') endpoint.check();
}
