import { createSocket, type Socket } from 'node:dgram';
import type { KubeCall } from './api.ts';

/** The domain of a cluster. */
export const DOMAIN = 'cluster.local';
/** What pods call the machine; the same in every cluster, so that a server can tell it as its address. */
export const MACHINE = 'machine.testbed';
/** Header of a message, and its codes (RFC 1035). */
const HEADER = 12;
const ADDRESS = 1;
const NO_SUCH_NAME = 3;
const SERVER_FAILURE = 2;
/** Seconds for which an answer may be kept. */
const KEPT = 5;

/** The address of a name: text, `null` for one that has none, undefined for one that is not there. Throws where it cannot be told. */
export type AddressOf = (name: string) => Promise<string | null | undefined>;

/** Services of a cluster by their names, and the machine by its own. */
export function clusterNames(call: KubeCall, machine: string): AddressOf {
  return async (name) => {
    if (name === MACHINE) return machine;
    const [, service, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc\.cluster\.local$/.exec(name) ?? [];
    if (service === undefined) return undefined;
    const { status, body } = await call('GET', `/api/v1/namespaces/${namespace}/services/${service}`);
    if (status === 404) return undefined;
    if (status !== 200) throw new Error(`the API server does not tell of a Service [status=${status}]`);
    const { clusterIP } = (body as { spec: { clusterIP: string } }).spec;
    return clusterIP === 'None' ? null : clusterIP;
  };
}

/** A name server that knows addresses of version 4, one a name; port 0 is a free one. Resolves when it listens; throws where it cannot. */
export async function serveNames(address: string, port: number, addressOf: AddressOf): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (question, { address: to, port: at }) => {
    void answerTo(question, addressOf).then((answer) => {
      if (answer !== undefined) socket.send(answer, at, to);
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('error', reject).bind(port, address, () => resolve());
  await promise;
  socket.removeAllListeners('error').on('error', () => undefined);
  return socket;
}

/** The answer to one question, or undefined for what is none. */
async function answerTo(message: Buffer, addressOf: AddressOf): Promise<Buffer | undefined> {
  const asked = questionOf(message);
  if (asked === undefined) return undefined;
  const found = await addressOf(asked.name.toLowerCase()).catch(() => SERVER_FAILURE);
  const code = found === undefined ? NO_SUCH_NAME : typeof found === 'number' ? found : 0;
  const address = typeof found === 'string' && asked.type === ADDRESS ? found : undefined;

  const header = Buffer.from(message.subarray(0, HEADER));
  // An answer, with the word that more is asked for if need be.
  header.writeUInt16BE(0x8080 | (header.readUInt16BE(2) & 0x0100) | code, 2);
  [1, address === undefined ? 0 : 1, 0, 0].forEach((count, index) => header.writeUInt16BE(count, 4 + 2 * index));
  const question = message.subarray(HEADER, asked.end);
  if (address === undefined) return Buffer.concat([header, question]);
  // The name is the one at the place of the question.
  const record = Buffer.from([0xc0, HEADER, 0, ADDRESS, 0, 1, 0, 0, 0, KEPT, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([header, question, record]);
}

function questionOf(message: Buffer): { readonly name: string; readonly type: number; readonly end: number } | undefined {
  if (message.length < HEADER || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let place = HEADER;
  for (let length = message[place] ?? 0; length > 0; length = message[place] ?? 0) {
    if (length > 63) return undefined;
    labels.push(message.toString('latin1', place + 1, place + 1 + length));
    place += 1 + length;
  }
  const end = place + 5;
  return message.length < end ? undefined : { name: labels.join('.'), type: message.readUInt16BE(place + 1), end };
}
