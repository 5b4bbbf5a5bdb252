import type { CallPlace } from '../call-store.ts';
import type { ModelSource } from '../model-source.ts';
import type { Capabilities } from '../probe.ts';
import { ScriptedModel, type ScriptStep } from './scripted-model.ts';
import { TestTime } from './test-time.ts';

/** A source whose agents each have a script of their own. An agent without one fails at its first call; `done` fails while steps are left. */
export class ScriptedSource implements ModelSource {
  readonly capabilities: Capabilities = { tools: true, formats: ['schema', 'json', 'words'] };
  readonly time = new TestTime();
  readonly places: CallPlace[] = [];
  readonly #models: ReadonlyMap<string, ScriptedModel>;

  constructor(scripts: Readonly<Record<string, readonly ScriptStep[]>>) {
    this.#models = new Map(Object.entries(scripts).map(([agent, steps]) => [agent, new ScriptedModel(steps)]));
  }

  at(place: CallPlace): ScriptedModel {
    this.places.push(place);
    return this.#models.get(place.agent) ?? new ScriptedModel([]);
  }

  done(): void {
    for (const model of this.#models.values()) model.done();
  }
}
