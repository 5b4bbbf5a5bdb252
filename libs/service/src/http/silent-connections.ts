import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Cuts further connections of an address that has `most` without any request: one caller cannot take all that a server has. */
export function boundSilentConnections(server: Server, most: number): void {
  const silent = new Map<string, Set<Socket>>();
  const spoke = (socket: Socket, address: string): void => {
    const those = silent.get(address);
    if (those?.delete(socket) === true && those.size === 0) silent.delete(address);
  };
  server.on('connection', (socket: Socket) => {
    // An address is gone as soon as its connection is.
    const address = socket.remoteAddress;
    if (address === undefined) return;
    const those = silent.get(address) ?? new Set();
    if (those.size >= most) {
      socket.destroy();
      return;
    }
    silent.set(address, those.add(socket));
    socket.once('close', () => spoke(socket, address));
  });
  server.on('request', ({ socket }) => {
    if (socket.remoteAddress !== undefined) spoke(socket, socket.remoteAddress);
  });
}
