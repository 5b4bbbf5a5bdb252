import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CHART } from './render.ts';

/** What the pod of `helm test` says that looks for a way out, and its code, with an API server at this port. */
async function lookOut(port: number, enforced: boolean): Promise<{ readonly code: unknown; readonly said: string }> {
  const env = { ...process.env, KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(port), NETWORK_ENFORCED: String(enforced) };
  const child = spawn(process.execPath, ['--eval', await readFile(join(CHART, 'files/look-out.js'), 'utf8')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { code, said };
}

describe('the pod of `helm test` that may reach nobody', () => {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  let port = 0;
  beforeEach(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => void server.close());

  it('fails where it reaches the API server although policies are said to be enforced', async () => {
    const { code, said } = await lookOut(port, true);

    expect(code).toBe(1);
    expect(said).toMatch(/^OPEN: .*127\.0\.0\.1:\d+.*\n.*set it to false/);
  });

  it('only says so where nobody claims that they are', async () => {
    const { code, said } = await lookOut(port, false);

    expect(code).toBe(0);
    expect(said).toMatch(/^OPEN: /);
  });

  it.each([true, false])('is well where it reaches nobody (said to be enforced: %s)', async (enforced) => {
    server.close();
    await once(server, 'close');

    const { code, said } = await lookOut(port, enforced);

    expect(code).toBe(0);
    expect(said).toMatch(/^closed: ECONNREFUSED\. The network plug-in enforces NetworkPolicy/);
    expect(said.includes('set jobs.networkEnforced')).toBe(!enforced);
  });
});
