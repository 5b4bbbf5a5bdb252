import type { RunningServer } from '../testbed/server-recipe.ts';
import { serverFor } from '../testbed/server-for.ts';

/** Servers of the test bed, or those that the environment names, in this order. Throws where one cannot be had. */
export function serversFor(names: readonly string[]): Promise<readonly RunningServer[]> {
  return Promise.all(
    names.map(async (name) => {
      const server = await serverFor(name);
      if ('missing' in server) throw new Error(`figures of services need ${name}: ${server.missing}`);
      return server;
    }),
  );
}
