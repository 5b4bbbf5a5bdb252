import { InvalidIdError, storeError } from './store-errors.ts';

/** Does one thing with the driver, and tells its errors by our names. */
export async function ask<T>(during: string, work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof InvalidIdError ? error : storeError(during, error);
  }
}

/** The text itself. What is no text would be a query. */
export function idOf(value: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 512) throw new InvalidIdError(value);
  return value;
}
