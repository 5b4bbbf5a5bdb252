import { alertmanager } from './servers/alertmanager.ts';
import { kafka, kafka3 } from './servers/kafka.ts';
import { kube, kubeServices } from './servers/kube.ts';
import { mongo, mongoKept } from './servers/mongo.ts';
import { prometheus } from './servers/prometheus.ts';
import { s3 } from './servers/s3.ts';
import { s3Policies } from './servers/s3-policies.ts';
import type { ServerRecipe } from './server-recipe.ts';

/** Every server that the test bed knows. */
export const RECIPES: readonly ServerRecipe[] = [kafka, kafka3, mongo, mongoKept, s3, s3Policies, kube, kubeServices, prometheus, alertmanager];

/** Those that services need, by name; all are there in a minute. */
export const SERVERS_OF_SERVICES = ['kafka', 'mongo', 's3'] as const;

/** A name that is no server of the test bed. */
export class NoSuchServerError extends RangeError {
  readonly code = 'no_such_server';
  constructor(name: string) {
    super(`no such server [name=${name}]; there are ${RECIPES.map((each) => each.name).join(', ')}`);
    this.name = new.target.name;
  }
}

/** The recipe of a server. Throws `NoSuchServerError`. */
export function recipeOf(name: string): ServerRecipe {
  const recipe = RECIPES.find((candidate) => candidate.name === name);
  if (recipe === undefined) throw new NoSuchServerError(name);
  return recipe;
}
