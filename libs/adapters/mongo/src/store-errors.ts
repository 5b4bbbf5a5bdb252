import { isInfrastructureFault } from '@mle-smith/stage-runtime';
import mongoose from 'mongoose';

const { mongo } = mongoose;

/** The server does not answer, or not now. What was asked may have been done. */
export class StoreUnreachableError extends Error {
  readonly code = 'store_unreachable';
  constructor(during: string, cause: unknown) {
    super(`the store does not answer [during=${during}, reason=${reasonOf(cause)}]; it is asked again later`, { cause });
    this.name = new.target.name;
  }
}

/** No server can be asked at such an address. */
export class StoreAddressError extends Error {
  readonly code = 'store_address';
  readonly exitCode = 78;
  constructor(hosts: string, cause: unknown) {
    super(
      `the address of the store cannot be used [during=connecting to ${hosts}, reason=${reasonOf(cause)}]; check in its URI that user and password are percent-encoded (%40 for @, %2F for /), that each host is a name or name:port, and that the driver knows all options`,
      { cause },
    );
    this.name = new.target.name;
  }
}

/** A file that the address names, of certificates, cannot be read. */
export class StoreFileError extends Error {
  readonly code = 'store_file';
  readonly exitCode = 78;
  constructor(hosts: string, cause: unknown) {
    const { path } = cause as { path?: unknown };
    super(
      `a file that the address of the store names cannot be read [during=connecting to ${hosts}, file=${typeof path === 'string' ? path : 'unknown'}, reason=${reasonOf(cause)}]; check tlsCAFile and tlsCertificateKeyFile in its URI, and that the file is mounted`,
      { cause },
    );
    this.name = new.target.name;
  }
}

/** The server knows us and says no. */
export class StoreDeniedError extends Error {
  readonly code = 'store_denied';
  readonly exitCode = 78;
  constructor(during: string, cause: unknown) {
    super(`the store refuses this user [during=${during}]; check the credentials in the store's URI and the user's roles`, { cause });
    this.name = new.target.name;
  }
}

/** The server answered with an error that trying again does not mend. */
export class StoreFailedError extends Error {
  readonly code = 'store_failed';
  constructor(during: string, cause: unknown) {
    super(`the store could not do what was asked [during=${during}, reason=${reasonOf(cause)}]`, { cause });
    this.name = new.target.name;
  }
}

/** An index by its name. */
export interface NamedIndex {
  readonly name: string;
  readonly collection: string;
  readonly unique: boolean;
}

/** The database lacks indexes without which the store would be slow or wrong (platform ST-11). */
export class MissingIndexError extends Error {
  readonly code = 'missing_index';
  readonly exitCode = 78;
  constructor(missing: readonly NamedIndex[]) {
    const named = missing.map(({ name, collection, unique }) => `${unique ? 'unique ' : ''}index ${name} on ${collection}`);
    super(`missing ${named.join(', ')}; run \`mle-smith prepare\` once, before any service starts`);
    this.name = new.target.name;
  }
}

/** The database was written by another version, whose meaning is not known here. */
export class StoreVersionError extends Error {
  readonly code = 'state_version';
  readonly exitCode = 78;
  constructor(found: number, known: number) {
    super(
      found > known
        ? `the database was written by a newer mle-smith; use that version or another database [found=${found}, known=${known}]`
        : `the database is not set up for this version; run \`mle-smith prepare\` once, before any service starts [found=${found}, known=${known}]`,
    );
    this.name = new.target.name;
  }
}

/** A document that this program cannot have written: somebody changed it by hand. */
export class StoreDamagedError extends Error {
  readonly code = 'store_damaged';
  constructor(id: unknown, cause: unknown) {
    super(`a document of the store is damaged; restore it from a backup or remove it [subject=${String(id)}, reason=${reasonOf(cause)}]`, { cause });
    this.name = new.target.name;
  }
}

/** A text that is no id reached the store: an object, for one, would be taken for a query. */
export class InvalidIdError extends Error {
  readonly code = 'invalid_id';
  constructor(value: unknown) {
    super(`an id is a text of 1 to 512 characters [type=${typeof value}]`);
    this.name = new.target.name;
  }
}

const AWAY = [
  mongo.MongoNetworkError,
  mongo.MongoServerSelectionError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoClientClosedError,
  mongo.MongoOperationTimeoutError,
  mongo.MongoRuntimeError,
  mongoose.Error.MongooseServerSelectionError,
];
/** A connection that did not become free in time; the driver does not export its class. */
const AWAY_NAMES = new Set(['MongoWaitQueueTimeoutError']);
/** Elections, shutdowns, lost connections, timeouts and a full disk, by the server's numbers. */
const AWAY_CODES = new Set([6, 7, 43, 50, 64, 89, 91, 112, 133, 189, 202, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436, 14031]);
const DENIED_CODES = new Set([13, 18, 8000]);

/** No server was reached: the message is what the network or TLS said last. */
const UNCONNECTED = [mongo.MongoServerSelectionError, mongoose.Error.MongooseServerSelectionError];
const LONGEST_REASON = 200;

/** What the system says of a file that is not there, not ours, or none. */
const FILE_CODES: ReadonlySet<unknown> = new Set(['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'EPERM']);

/** Whether an error is about a file of ours; the driver reads those of certificates before it connects. */
export function isFileFault(error: unknown): boolean {
  return FILE_CODES.has((error as { code?: unknown }).code);
}

/** What a resolver of names says when it does not know or does not answer, with which mongodb+srv:// begins. */
const RESOLVER_CODES: ReadonlySet<string> = new Set(['ENOTFOUND', 'ESERVFAIL', 'ETIMEOUT', 'EAI_AGAIN', 'ENODATA']);

/** The store's own error for what the driver threw while something was done. */
export function storeError(during: string, error: unknown): Error {
  if (error instanceof StoreUnreachableError || error instanceof StoreDeniedError || error instanceof StoreFailedError || error instanceof StoreDamagedError)
    return error;
  const code = codeOf(error);
  if (DENIED_CODES.has(code)) return new StoreDeniedError(during, error);
  const away =
    // A connection that ends while something is written to it is told by the system, not by the driver.
    isInfrastructureFault(error) ||
    AWAY.some((kind) => error instanceof kind) ||
    AWAY_NAMES.has((error as Error).name) ||
    AWAY_CODES.has(code) ||
    RESOLVER_CODES.has(String((error as { code?: unknown }).code)) ||
    (error instanceof mongo.MongoError && error.hasErrorLabel('RetryableWriteError'));
  return away ? new StoreUnreachableError(during, error) : new StoreFailedError(during, error);
}

/** Whether a write was refused because its key is there already. */
export function isDuplicate(error: unknown): boolean {
  return codeOf(error) === 11_000;
}

function codeOf(error: unknown): number {
  const { code } = error as { code?: unknown };
  return typeof code === 'number' ? code : 0;
}

/** Name and number; the driver's messages may hold data, but for those about a connection that was not made. */
function reasonOf(error: unknown): string {
  const { name = 'Error', code, message } = error as { name?: string; code?: unknown; message?: unknown };
  if (UNCONNECTED.some((kind) => error instanceof kind)) return `${name}: ${String(message).slice(0, LONGEST_REASON)}`;
  return code === undefined ? name : `${name} ${String(code)}`;
}
