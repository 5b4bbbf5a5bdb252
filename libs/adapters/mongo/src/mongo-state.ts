import type { Connection } from 'mongoose';
import { ask } from './ask.ts';
import { beginBudgets } from './begin-budgets.ts';
import { connect, type ConnectionSettings } from './connect.ts';
import { verifySchema } from './migrate.ts';
import { MongoBudgetBook, type MongoBudgetBookOptions } from './mongo-budget-book.ts';
import { MongoCallStore } from './mongo-call-store.ts';
import { MongoTaskStore, type MongoTaskStoreOptions } from './mongo-task-store.ts';
import { collectionsOf, type Collections } from './schema.ts';
import { MissingIndexError, storeError, StoreVersionError } from './store-errors.ts';

export type MongoStateOptions = ConnectionSettings & MongoTaskStoreOptions & MongoBudgetBookOptions;

/** What a service keeps in one database: tasks, calls and budgets, over one pool of connections. */
export class MongoState {
  readonly tasks: MongoTaskStore;
  readonly calls: MongoCallStore;
  readonly budgets: MongoBudgetBook;
  readonly #connection: Connection;
  readonly #collections: Collections;

  private constructor(connection: Connection, options: MongoStateOptions) {
    const collections = collectionsOf(connection);
    this.#connection = connection;
    this.#collections = collections;
    this.tasks = new MongoTaskStore(collections, options);
    this.calls = new MongoCallStore(collections);
    this.budgets = new MongoBudgetBook(collections, options);
  }

  /** Opens a database that `migrate` has set up. Throws `StoreVersionError`, `MissingIndexError` and the errors of `connect`. */
  static async open(uri: string, options: MongoStateOptions = {}): Promise<MongoState> {
    const connection = await connect(uri, options);
    try {
      await verifySchema(connection);
      return new MongoState(connection, options);
    } catch (error) {
      await connection.close();
      throw error instanceof StoreVersionError || error instanceof MissingIndexError ? error : storeError('verify the schema', error);
    }
  }

  /** Begins the book with what calls took that came from elsewhere; accounts that are begun stay as they are. */
  async bookCalls(): Promise<void> {
    await ask('book calls', () => beginBudgets(this.#collections, this.calls.spent()));
  }

  /** Whether the server answers now. */
  async isReady(): Promise<boolean> {
    return this.tasks.now().then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}
