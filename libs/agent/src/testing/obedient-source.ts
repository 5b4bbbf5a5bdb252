import type { CallPlace } from '../call-store.ts';
import type { ModelSource } from '../model-source.ts';
import { ObedientModel, type HonestWork } from './obedient-model.ts';
import { TestTime } from './test-time.ts';

/** Gives each agent an obedient model of its own, which goes on at its later places. */
export class ObedientSource implements ModelSource {
  readonly capabilities = { tools: true, formats: ['schema', 'json', 'words'] } as const;
  readonly time = new TestTime();
  readonly models = new Map<string, ObedientModel>();
  readonly #workOf: (agent: string) => HonestWork;

  constructor(workOf: (agent: string) => HonestWork) {
    this.#workOf = workOf;
  }

  at({ agent }: CallPlace): ObedientModel {
    const known = this.models.get(agent) ?? new ObedientModel(this.#workOf(agent));
    this.models.set(agent, known);
    return known;
  }
}
