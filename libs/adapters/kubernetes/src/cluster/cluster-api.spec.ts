import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterApi } from './cluster-api.ts';
import { ServerClock } from './server-clock.ts';

describe('the log of a container', () => {
  const server = createServer();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cluster-api-'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  it('is handed on as it comes, and is never held as a whole', async () => {
    const api = await clusterApi((server.address() as AddressInfo).port);
    const heard: string[] = [];
    let reply: ServerResponse | undefined;
    server.on('request', (_, answer: ServerResponse) => {
      reply = answer;
      answer.writeHead(200, { 'content-type': 'text/plain' });
      answer.write('first\n');
    });

    // The rest is sent when the first piece was handed on: who waits for the end of the reply waits for ever.
    await api.copyLog('solve', 'pod', undefined, (bytes) => {
      heard.push(Buffer.from(bytes).toString());
      if (heard.length === 1) reply?.end('rest\n');
    });

    expect(heard).toEqual(['first\n', 'rest\n']);
  });

  async function clusterApi(port: number): Promise<ClusterApi> {
    const kubeconfigFile = join(folder, 'kubeconfig');
    const config = {
      clusters: [{ name: 'one', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'one', user: {} }],
      contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
      'current-context': 'one',
    };
    await writeFile(kubeconfigFile, JSON.stringify(config));
    const observe = (): void => undefined;
    return new ClusterApi({ kubeconfigFile }, { clock: new ServerClock(Date.now, observe), observe, callMs: 10_000, retries: {} });
  }
});
