import { addBudget as add, BudgetTextError, type Limits } from '@mle-smith/agent';
import { InvalidArgumentError } from 'commander';

/** Adds one `--budget` to those before it. Throws `InvalidArgumentError`. */
export function addBudget(text: string, before: Limits = {}): Limits {
  try {
    return add(text, before);
  } catch (error) {
    throw error instanceof BudgetTextError ? new InvalidArgumentError(error.message) : error;
  }
}
