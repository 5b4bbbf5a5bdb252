import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RUN } from './places.ts';
import { remember } from './run-files.ts';
import { alive } from './server-for.ts';
import type { RunningServer } from './server-recipe.ts';

describe('a server that runs already', () => {
  const name = `silent-${randomUUID()}`;
  const server: RunningServer = { name, address: '127.0.0.1:1', pid: process.pid, details: {} };
  afterEach(() => rm(join(RUN, `${name}.json`), { force: true }));

  it('is given time to answer while its process lives, which others may use', async () => {
    await remember(server);
    let looks = 0;

    expect(await alive({ name, healthy: async () => (looks += 1) > 3 }, 20_000)).toEqual(server);
    expect(looks).toBe(4);
  });

  it('is given up where it stays silent', async () => {
    await remember(server);

    expect(await alive({ name, healthy: async () => false }, 0)).toBeUndefined();
  });

  it('is not waited for where its process has ended', async () => {
    await remember(server);
    const end = { name, healthy: async () => (await rm(join(RUN, `${name}.json`)), false) };

    expect(await alive(end, Infinity)).toBeUndefined();
  });
});
