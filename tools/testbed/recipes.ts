import { kafka, kafka3 } from './servers/kafka.ts';
import { kube } from './servers/kube.ts';
import { mongo, mongoKept } from './servers/mongo.ts';
import { s3 } from './servers/s3.ts';
import { s3Policies } from './servers/s3-policies.ts';
import type { ServerRecipe } from './server-recipe.ts';

/** Every server that the test bed knows. */
export const RECIPES: readonly ServerRecipe[] = [kafka, kafka3, mongo, mongoKept, s3, s3Policies, kube];

/** The recipe of a server. Throws a RangeError for a name that there is not. */
export function recipeOf(name: string): ServerRecipe {
  const recipe = RECIPES.find((candidate) => candidate.name === name);
  if (recipe === undefined) throw new RangeError(`no such server [name=${name}]; there are ${RECIPES.map((each) => each.name).join(', ')}`);
  return recipe;
}
