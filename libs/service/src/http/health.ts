import type { Express, Response } from 'express';

/** What the three health endpoints look at. */
export interface HealthOptions {
  /** Each resolves where its dependency answers. They decide about readiness and never about life: a dead database must not cause restarts. */
  readonly dependencies?: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>>;
  /** Longest time for one check, ms; 2 s by default. */
  readonly checkMs?: number;
  /** How long an answer about dependencies is good, ms; 5 s by default. */
  readonly cacheMs?: number;
  /** False where only a new start can help; never, by default. Dependencies are no part of it. */
  readonly alive?: () => boolean;
  /** True once the process has begun its work; always, by default. */
  readonly started?: () => boolean;
}

/** `/livez`, `/readyz` and `/startupz`: they need no key, tell no reasons that could hold a secret, and are not rate limited. */
export function mountHealth(app: Express, health: HealthOptions, closing: AbortSignal): void {
  const { alive = () => true, started = () => true } = health;
  const ready = cachedChecks(health);
  // An event loop that is blocked answers nothing, which is the answer.
  app.get('/livez', (_request, response) => answer(response, alive(), {}));
  app.get('/startupz', (_request, response) => answer(response, started(), {}));
  app.get('/readyz', async (_request, response) => {
    const dependencies = await ready();
    const passed = !closing.aborted && started() && Object.values(dependencies).every((check) => check === 'ok');
    answer(response, passed, { ...(closing.aborted ? { closing: true } : {}), dependencies });
  });
}

function answer(response: Response, passed: boolean, members: Readonly<Record<string, unknown>>): void {
  response.status(passed ? 200 : 503).json({ status: passed ? 'ok' : 'failed', ...members });
}

type Checks = Readonly<Record<string, 'ok' | 'failed' | 'timeout'>>;

/** Asks all dependencies at once, at most once in a while, however many ask. */
function cachedChecks({ dependencies = {}, checkMs = 2_000, cacheMs = 5_000 }: HealthOptions): () => Promise<Checks> {
  let asked: { at: number; checks: Promise<Checks> } | undefined;
  const ask = async (): Promise<Checks> =>
    Object.fromEntries(await Promise.all(Object.entries(dependencies).map(async ([name, check]) => [name, await outcomeOf(check, checkMs)] as const)));
  return () => {
    const at = performance.now();
    if (asked === undefined || at - asked.at > cacheMs) asked = { at, checks: ask() };
    return asked.checks;
  };
}

async function outcomeOf(check: (signal: AbortSignal) => Promise<unknown>, checkMs: number): Promise<Checks[string]> {
  const { promise: late, resolve } = Promise.withResolvers<'timeout'>();
  const stop = new AbortController();
  const timer = setTimeout(() => {
    stop.abort();
    resolve('timeout');
  }, checkMs);
  try {
    // A check may throw before it promises anything, and may answer after nobody waits any more.
    const checked = new Promise((settle) => settle(check(stop.signal))).then(
      () => 'ok' as const,
      () => 'failed' as const,
    );
    return await Promise.race([checked, late]);
  } finally {
    clearTimeout(timer);
  }
}
