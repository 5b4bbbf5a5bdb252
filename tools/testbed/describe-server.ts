import { ownServer, type OwnServer } from './own-server.ts';
import { serverFor } from './server-for.ts';
import type { RunningServer } from './server-recipe.ts';

/**
 * A `describe` over a real server, or one skipped test whose title says why there is none (`npm test` counts it as a
 * failure where CI=true). Used with a top-level `await`.
 */
export async function describeServer(title: string, name: string, suite: (server: RunningServer) => void): Promise<void> {
  await describeServers(title, [name], ([server]) => suite(server as RunningServer));
}

/** The same over several servers, in the order of their names. */
export async function describeServers(title: string, names: readonly string[], suite: (servers: readonly RunningServer[]) => void): Promise<void> {
  const servers: RunningServer[] = [];
  for (const name of names) {
    const server = await unlessWithout(name, () => serverFor(name));
    if ('missing' in server) return skipLoudly(title, name, server.missing);
    servers.push(server);
  }
  describe(title, () => suite(servers));
}

/** The same over a server that the suite may kill and start again; it is gone when the suite has ended. */
export async function describeOwnServer(title: string, name: string, suite: (own: OwnServer) => void): Promise<void> {
  const own = await unlessWithout(name, () => ownServer(name).catch((error: Error) => ({ missing: error.message })));
  if ('missing' in own) return skipLoudly(title, name, own.missing);
  describe(title, () => {
    afterAll(() => own.dispose());
    suite(own);
  });
}

/** What `TESTED_WITHOUT` names was tried before the tests: it is not tried again by each suite. */
async function unlessWithout<Server>(name: string, bring: () => Promise<Server>): Promise<Server | { readonly missing: string }> {
  return (process.env['TESTED_WITHOUT'] ?? '').split(' ').includes(name) ? { missing: 'it could not be had before the tests' } : bring();
}

function skipLoudly(title: string, name: string, reason: string): void {
  describe(title, () => {
    it.skip(`needs the server ${name}: ${reason}`, () => undefined);
  });
}
