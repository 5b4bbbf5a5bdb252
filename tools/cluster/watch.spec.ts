import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newName } from './names.ts';
import { describeServer, waitFor } from '../testbed/index.ts';
import { Watch } from './watch.ts';

/** As of a service that cannot read its store. */
const SLOW_MS = 2_100;

await describeServer('the watch over services', 'prometheus', (prometheus) => {
  let server: Server;
  let watch: Watch;
  beforeAll(async () => {
    server = createServer((_, response) => void setTimeout(() => response.end('apples 3\n'), SLOW_MS));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    watch = new Watch(prometheus, newName());
  });
  afterAll(async () => {
    await watch.close();
    server.closeAllConnections();
    server.close();
  });

  it('waits for a service that needs two seconds to say what it knows, and sees what holds from then on', async () => {
    watch.started('design#2', (server.address() as AddressInfo).port);

    expect(await waitFor(async () => (await watch.heldSeconds('apples{job="mle-smith-design"} > 2')) > 0, 30_000)).toBe(true);
    expect(await watch.heldSeconds('apples > 3')).toBe(0);
    watch.begins();
    expect(await watch.heldSeconds('apples offset 1h')).toBe(0);
  });
});
