import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { httpFetch, type HttpOptions } from './http-fetch.ts';
import { NetworkError } from './network-error.ts';

const OPTIONS: HttpOptions = { headers: () => ({}), connectMs: 5000 };
const closings: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});

async function portOf(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closings.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener) => portOf(createHttpServer(listener));

describe('the fetch of the adapter', () => {
  test('sends its own headers and no others', async () => {
    const port = await serve((request, response) => response.end(JSON.stringify(request.headers)));
    const fetch = httpFetch({ ...OPTIONS, headers: () => ({ 'x-team': 'data' }) });

    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-telemetry': 'yes' } });

    expect(await response.json()).toEqual({ host: `127.0.0.1:${port}`, connection: 'keep-alive', 'x-team': 'data' });
  });

  test('goes through a proxy, but not to hosts that are excepted', async () => {
    const port = await serve((_request, response) => response.end('the server'));
    const proxy = await serve((request, response) => response.end(`the proxy, for ${request.url}`));
    const HTTP_PROXY = `http://127.0.0.1:${proxy}`;

    const through = await httpFetch({ ...OPTIONS, proxy: { HTTP_PROXY } })(`http://127.0.0.1:${port}/v1`);
    const past = await httpFetch({ ...OPTIONS, proxy: { HTTP_PROXY, NO_PROXY: '127.0.0.1' } })(`http://127.0.0.1:${port}/v1`);

    expect([await through.text(), await past.text()]).toEqual([`the proxy, for http://127.0.0.1:${port}/v1`, 'the server']);
  });

  test('gives up on a connection that does not come to stand', async () => {
    const port = await portOf(createSocketServer(() => undefined));
    const fetch = httpFetch({ ...OPTIONS, connectMs: 50 });

    const error: unknown = await fetch(`https://127.0.0.1:${port}/`).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code: 'CONNECT_TIMEOUT' });
  });

  test('waits for headers as long as it takes, until it is stopped', async () => {
    const stop = new AbortController();
    const port = await serve(() => stop.abort());

    await expect(httpFetch({ ...OPTIONS, connectMs: 50 })(`http://127.0.0.1:${port}/`, { signal: stop.signal })).rejects.toBeInstanceOf(NetworkError);
  });

  test('reads no more of an error than its beginning', async () => {
    const port = await serve((_request, response) => response.writeHead(500).end('x'.repeat(10_000_000)));

    const response = await httpFetch(OPTIONS)(`http://127.0.0.1:${port}/`);

    expect((await response.text()).length).toBeLessThan(500_000);
  });

  test('survives a stop between the end of a reply and the return of its connection', async () => {
    const port = await serve((_request, response) => response.end('done'));
    const stop = new AbortController();
    const response = await httpFetch(OPTIONS)(`http://127.0.0.1:${port}/`, { signal: stop.signal });
    const reader = response.body!.getReader();

    const { value } = await reader.read();
    stop.abort();
    await reader.cancel().catch(() => undefined);

    expect(Buffer.from(value ?? []).toString()).toBe('done');
  });

  test('a change of protocol that nobody asked for is a failure of the connection', async () => {
    const port = await portOf(
      createSocketServer((socket) =>
        socket.on('data', () => socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')),
      ),
    );

    await expect(httpFetch(OPTIONS)(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ name: 'NetworkError', code: 'CLOSED' });
  });

  test('what does not speak HTTP is a failure of the connection', async () => {
    const port = await portOf(createSocketServer((socket) => socket.end('hello there\r\n\r\n')));

    await expect(httpFetch(OPTIONS)(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ name: 'NetworkError', code: 'HPE_INVALID_CONSTANT' });
  });
});
