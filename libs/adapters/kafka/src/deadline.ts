/** Waits for a promise no longer than `ms`; throws what `late` makes. What the promise does later is nobody's concern. */
export async function within<Result>(promise: Promise<Result>, ms: number, late: () => Error): Promise<Result> {
  const { promise: end, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), ms);
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, end]);
  } finally {
    clearTimeout(timer);
  }
}
