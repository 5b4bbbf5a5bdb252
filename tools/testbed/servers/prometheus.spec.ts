import { rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describeServers } from '../describe-server.ts';
import { waitFor } from '../wait-for.ts';

const WITHIN_MS = 30_000;

await describeServers('Prometheus and Alertmanager of the test bed', ['prometheus', 'alertmanager'], ([prometheus, alertmanager]) => {
  const written: string[] = [];
  const servers: Server[] = [];
  const leave = async (folder: string | undefined, name: string, content: unknown): Promise<void> => {
    const file = join(folder ?? '', name);
    written.push(file);
    await writeFile(file, JSON.stringify(content));
  };
  const listen = async (answer: (request: IncomingMessage) => Promise<string>): Promise<string> => {
    const server = createServer((request, response) => void answer(request).then((body) => response.end(body)));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const ask = async (query: string): Promise<readonly { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] }[]> => {
    const answer = await fetch(`${prometheus?.address}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
    return ((await answer.json()) as { data: { result: [] } }).data.result;
  };
  afterAll(async () => {
    await Promise.all(written.map((file) => rm(file)));
    await fetch(`${prometheus?.address}/-/reload`, { method: 'POST' });
    for (const server of servers) server.close();
  });

  it('ask what a file names, and tell a webhook what a rule finds', async () => {
    const told: string[] = [];
    const target = await listen(async () => 'apples_in_the_cellar 3\n');
    const hook = await listen(async (request) => {
      told.push(await text(request));
      return '';
    });
    await writeFile(
      alertmanager?.details['config'] ?? '',
      JSON.stringify({
        route: { receiver: 'hook', group_by: ['alertname'], group_wait: '0s' },
        receivers: [{ name: 'hook', webhook_configs: [{ url: `http://${hook}/` }] }],
      }),
    );
    const rule = { alert: 'FewApples', expr: 'apples_in_the_cellar < 5', labels: { severity: 'ticket' }, annotations: { summary: '{{ $value }} apples' } };
    await leave(prometheus?.details['rules'], 'apples.json', { groups: [{ name: 'apples', rules: [rule] }] });
    await leave(prometheus?.details['alertmanagers'], 'apples.json', [{ targets: [new URL(alertmanager?.address ?? '').host] }]);
    await leave(prometheus?.details['targets'], 'apples.json', [{ targets: [target], labels: { namespace: 'orchard' } }]);

    const reloaded = await Promise.all([prometheus, alertmanager].map((server) => fetch(`${server?.address}/-/reload`, { method: 'POST' })));

    expect(reloaded.map(({ status }) => status)).toEqual([200, 200]);
    expect(await waitFor(async () => (await ask('apples_in_the_cellar')).length > 0, WITHIN_MS)).toBe(true);
    expect(await ask('apples_in_the_cellar')).toMatchObject([{ metric: { namespace: 'orchard', instance: target }, value: [expect.any(Number), '3'] }]);
    expect(await waitFor(() => told.length > 0, WITHIN_MS)).toBe(true);
    expect(JSON.parse(told[0] ?? '')).toMatchObject({
      status: 'firing',
      alerts: [{ labels: { alertname: 'FewApples', namespace: 'orchard' }, annotations: { summary: '3 apples' } }],
    });
  });
});
