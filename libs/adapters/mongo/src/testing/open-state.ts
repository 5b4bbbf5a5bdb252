import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { migrate } from '../migrate.ts';
import { MongoState, type MongoStateOptions } from '../mongo-state.ts';

/** Databases of a server that tests make for themselves, and that are gone afterwards. */
export class TestDatabases {
  readonly #address: string;
  readonly #made: string[] = [];
  readonly #open: MongoState[] = [];

  /** The URI of the server may have a database and options, as that of a real one does. */
  constructor(address: string) {
    this.#address = address;
  }

  /** The URI of a database that nobody else has. */
  uri(): string {
    const url = new URL(this.#address);
    url.pathname = `/test-${randomUUID()}`;
    this.#made.push(url.href);
    return url.href;
  }

  /** The URI of one that is set up. */
  async migrated(): Promise<string> {
    const uri = this.uri();
    await migrate(uri);
    return uri;
  }

  /** Opens a database; a new one where none is named. */
  async open(uri?: string, clockOffsetMs: () => number = () => 0, more: MongoStateOptions = {}): Promise<MongoState> {
    const state = await MongoState.open(uri ?? (await this.migrated()), { clockOffsetMs, ...more });
    this.#open.push(state);
    return state;
  }

  /** Does something with the plain driver. */
  async raw<T>(uri: string, work: (connection: mongoose.Connection) => Promise<T>): Promise<T> {
    const connection = await mongoose.createConnection(uri).asPromise();
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((state) => state.close()));
  }

  async drop(): Promise<void> {
    await this.close();
    for (const uri of this.#made.splice(0)) await this.raw(uri, (connection) => connection.dropDatabase());
  }
}
