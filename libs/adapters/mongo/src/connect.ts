import mongoose, { type Connection, type ConnectOptions } from 'mongoose';
import { isFileFault, StoreAddressError, storeError, StoreFileError } from './store-errors.ts';

export interface ConnectionSettings {
  /** What the server's logs call this client. */
  readonly appName?: string;
  /** Most connections at the same time; 20. */
  readonly maxPoolSize?: number;
}

/** Refuses an address that the driver cannot read, before it tries any server: some such faults would only be found while it connects, or by ending the process. */
function checkAddress(uri: string): void {
  try {
    const { hosts } = new mongoose.mongo.MongoClient(uri).options;
    if (hosts.some(({ host, socketPath }) => (host ?? '') === '' && socketPath === undefined)) throw new TypeError('a host without a name');
  } catch (cause) {
    throw new StoreAddressError(hostsOf(uri), cause);
  }
}

/**
 * Opens a connection whose writes are acknowledged by the majority's journals and whose waits have ends (platform
 * ST-12). The driver tries a write once more where the server is a replica set; nobody else repeats anything.
 * Throws `StoreAddressError`, `StoreFileError`, `StoreUnreachableError` or `StoreDeniedError`.
 */
export async function connect(uri: string, { appName = 'mle-smith', maxPoolSize = 20 }: ConnectionSettings = {}): Promise<Connection> {
  const options: ConnectOptions = {
    appName,
    maxPoolSize,
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    retryWrites: true,
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
    readConcernLevel: 'local',
    readPreference: 'primary',
    serverSelectionTimeoutMS: 5_000,
    connectTimeoutMS: 5_000,
    socketTimeoutMS: 15_000,
    waitQueueTimeoutMS: 5_000,
    heartbeatFrequencyMS: 10_000,
  };
  checkAddress(uri);
  const connection = mongoose.createConnection();
  // Each operation tells its own failure; the event would end a process that does not listen.
  connection.on('error', () => undefined);
  try {
    return await connection.openUri(uri, options);
  } catch (error) {
    await connection.close().catch(() => undefined);
    if (isFileFault(error)) throw new StoreFileError(hostsOf(uri), error);
    throw storeError(`connecting to ${hostsOf(uri)}`, error);
  }
}

const HOST = /(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?/i.source;
const ADDRESS = new RegExp(`^mongodb(?:\\+srv)?://(?:[^@/?]*@)?(${HOST}(?:,${HOST})*)(?:[/?][^@]*)?$`, 'i');

/** Where the servers are. An address with a second `@`, or none where a password stands, tells nothing: what looks like a host may be the end of a secret. */
function hostsOf(uri: string): string {
  return ADDRESS.exec(uri)?.[1] ?? 'an address that cannot be read';
}
