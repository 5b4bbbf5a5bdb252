import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { digestOfToken, PodChannel } from './pod-channel.ts';

/** A server that knows the digest, as every pod does, and whose welcome is this. */
async function serverThatSays(welcome: object): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (greeting: Buffer) => {
      socket.write(`${createHmac('sha256', digestOfToken('token')).update(greeting.toString().trimEnd()).digest('hex')}\n`);
      socket.once('data', () => socket.write(`${JSON.stringify(welcome)}\n`));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('the channel to a pod', () => {
  it('takes nothing from a welcome that would drive a terminal', async () => {
    const server = await serverThatSays({ state: 'empty', id: null, machine: 'x\u001b[2J', gaps: ['a\n[ok] \u202eb'] });
    const channel = await PodChannel.open('job', { host: '127.0.0.1', port: (server.address() as AddressInfo).port }, 'token', 'me');
    channel.close();
    server.close();

    expect(channel.welcome).toMatchObject({ machine: 'x\\x1b[2J', gaps: ['a [ok] \\u202eb'] });
  });
});
