import type { CallPlace } from './call-store.ts';
import type { Model } from './model.ts';
import type { Capabilities } from './probe.ts';
import type { Waiting } from './waiting.ts';

/** Where the agents of a station get their models from, with what the endpoint can do. The composition root builds it. */
export interface ModelSource {
  /** The model of one agent at one place; one for each attempt of a stage. */
  at(place: CallPlace): Model;
  readonly capabilities: Capabilities;
  readonly time: Waiting;
}
