import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as rest } from 'node:timers/promises';
import { TcpProxy } from './tcp-proxy.ts';

let server: Server;
let proxy: TcpProxy;
beforeEach(async () => {
  server = createServer((socket) => socket.on('error', () => undefined).on('data', (bytes) => socket.write(bytes)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await TcpProxy.before(`127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

/** What comes back for a text; `ended` where the connection ends instead. */
async function asked(text: string): Promise<string> {
  const [host = '', port = ''] = proxy.address.split(':');
  const socket = connect(Number(port), host).on('error', () => undefined);
  socket.write(text);
  const answer = await Promise.race([once(socket, 'data').then(([bytes]) => String(bytes)), once(socket, 'close').then(() => 'ended')]);
  socket.destroy();
  return answer;
}

describe('a proxy before a server', () => {
  it('ends one connection in so many requests, until it heals', async () => {
    proxy.resetEach(3);

    const answers = [await asked('1'), await asked('2'), await asked('3'), await asked('4')];
    proxy.heal();

    expect(answers).toEqual(['1', '2', 'ended', '4']);
    expect([await asked('5'), await asked('6')]).toEqual(['5', '6']);
  });

  it('lets answers come late', async () => {
    proxy.slow(60_000);
    const late = asked('late');
    await once(server, 'connection').then(([socket]) => once(socket as Socket, 'data'));
    // Long enough for an answer that is not held back.
    const came = await Promise.race([late, rest(300, 'nothing yet')]);

    await proxy.close();

    expect([came, await late]).toEqual(['nothing yet', 'ended']);
  });
});
