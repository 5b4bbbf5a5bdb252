import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { underLock } from './lock.ts';
import { homeOf, RUN } from './places.ts';
import { endGroup } from './processes.ts';
import { recipeOf } from './recipes.ts';
import { install } from './server-for.ts';
import type { RunningServer } from './server-recipe.ts';

/** A server that nobody shares: it may be killed and started again. */
export interface OwnServer {
  /** As it runs, or ran last. */
  readonly server: RunningServer;
  /** Starts it again, at the same address and with the state that it left. */
  start(): Promise<void>;
  /** Ends it; `SIGKILL` without asking. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it and removes its state. */
  dispose(): Promise<void>;
}

/** Starts a server of one's own, beside the shared one. Throws with a reason where this machine cannot. */
export async function ownServer(name: string): Promise<OwnServer> {
  const recipe = recipeOf(name);
  await underLock(join(RUN, `${name}.lock`), () => install(recipe));
  const run = await mkdtemp(join(tmpdir(), `mle-smith-${name}-`));
  let server = await recipe.start(homeOf(name), run);
  const stop = async (signal?: NodeJS.Signals): Promise<void> => {
    if (server.pid !== undefined) await endGroup(server.pid, signal);
  };
  return {
    get server() {
      return server;
    },
    start: async () => {
      server = await recipe.start(homeOf(name), run);
    },
    stop,
    dispose: async () => {
      await stop('SIGKILL');
      await recipe.removeRemains?.(run);
      await rm(run, { recursive: true, force: true });
    },
  };
}
