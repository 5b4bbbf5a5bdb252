import { addBudget as withBudget, addModel as withModel, BudgetTextError, ModelTextError, type Limits, type ModelNames } from '@mle-smith/agent';
import { InvalidArgumentError } from 'commander';

/** Adds one `--budget` to those before it. Throws `InvalidArgumentError`. */
export function addBudget(text: string, before?: Limits): Limits {
  return taken(() => withBudget(text, before));
}

/** Adds one `--model` to those before it. Throws `InvalidArgumentError`. */
export function addModel(text: string, before?: ModelNames): ModelNames {
  return taken(() => withModel(text, before));
}

function taken<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof BudgetTextError || error instanceof ModelTextError ? new InvalidArgumentError(error.message) : error;
  }
}
