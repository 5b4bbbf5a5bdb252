import { once } from 'node:events';
import { createServer, request, type Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { collectorAgent } from './collector-agent.ts';

const LONGEST_MS = 300;

describe('connections to a collector', () => {
  let answer: (response: ServerResponse) => void;
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => answer(response)).on('connection', (socket) => sockets.add(socket));
  let agent: Agent;
  beforeAll(async () => {
    agent = await collectorAgent(LONGEST_MS)('http:');
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  beforeEach(() => sockets.clear());
  afterAll(async () => {
    agent.destroy();
    server.closeAllConnections();
    await once(server.close(), 'close');
  });

  const ask = async (by = agent): Promise<string> => {
    const asked = request({ agent: by, host: '127.0.0.1', port: (server.address() as AddressInfo).port, method: 'POST' }).end();
    // An answer that breaks off is told by the answer too.
    asked.on('error', () => undefined);
    const [reply] = (await once(asked, 'response')) as [IncomingMessage];
    return (await buffer(reply)).toString();
  };

  it.each<[string, (response: ServerResponse) => void]>([
    ['in the midst of its head', (response) => drip(response.socket as Socket, 'HTTP/1.1 200 OK\r\nx-drip: ')],
    ['in the midst of its body', (response) => drip(response)],
    ['before its first byte', () => undefined],
  ])('end where an answer does not: %s', async (_, manner) => {
    answer = manner;
    const began = performance.now();

    await expect(ask()).rejects.toThrow();

    expect(performance.now() - began).toBeLessThan(20 * LONGEST_MS);
  });

  it('are kept for the next delivery, which has the whole time anew', async () => {
    const longestMs = 5_000;
    const patient = await collectorAgent(longestMs)('http:');
    answer = (response) => void setTimeout(() => response.end('taken'), 0.6 * longestMs);

    expect([await ask(patient), await ask(patient)]).toEqual(['taken', 'taken']);
    expect(sockets.size).toBe(1);
    patient.destroy();
  });
});

/** One byte after the other, without an end. */
function drip(to: Writable, first = ''): void {
  to.write(first);
  const drops = setInterval(() => to.write('x'), LONGEST_MS / 10);
  to.once('close', () => clearInterval(drops));
}
