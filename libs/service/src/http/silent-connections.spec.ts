import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createHttpShell, type HttpShell, type HttpShellOptions } from './http-shell.ts';

let shell: HttpShell;
let sockets: Socket[] = [];
afterEach(async () => {
  sockets.forEach((socket) => socket.destroy());
  sockets = [];
  await shell.close();
});

async function serve(limits: HttpShellOptions['limits']): Promise<{ url: string; port: number }> {
  shell = createHttpShell({ health: {}, limits: { ...limits } });
  return shell.listen({ host: '127.0.0.1', port: 0 });
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  return socket;
}

const cut = (socket: Socket): Promise<unknown> => (socket.closed ? Promise.resolve() : once(socket, 'close'));

describe('connections without a request', () => {
  it('are so many for each address, and no more until one of them says something or ends', async () => {
    const { port } = await serve({ silent: 2 });
    const [first, second] = [await open(port), await open(port)];

    await cut(await open(port));
    first.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(first, 'data').catch(() => undefined);
    const fourth = await open(port);
    fourth.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
    const [answer] = (await once(fourth, 'data')) as [Buffer];

    expect([String(answer).slice(0, 15), second.destroyed]).toEqual(['HTTP/1.1 200 OK', false]);
  });

  it('end when the time for header fields is over, and leave room for others before', async () => {
    const { port } = await serve({ headersMs: 2_000, silent: 1 });

    await cut(await open(port));
    const next = await open(port);
    next.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');

    expect(String(((await once(next, 'data')) as [Buffer])[0])).toContain('200 OK');
  }, 30_000);
});
