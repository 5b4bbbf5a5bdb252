/** Waits so many ms, or until the signal is aborted; never rejects. */
export async function rest(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return;
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, ms);
  const wake = (): void => over.resolve();
  signal?.addEventListener('abort', wake, { once: true });
  await over.promise;
  clearTimeout(timer);
  signal?.removeEventListener('abort', wake);
}
