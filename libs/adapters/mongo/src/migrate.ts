import type { Connection } from 'mongoose';
import { beginBudgets } from './begin-budgets.ts';
import { connect } from './connect.ts';
import { MongoCallStore } from './mongo-call-store.ts';
import { collectionsOf, INDEXES, RETIRED, SCHEMA_VERSION } from './schema.ts';
import { MissingIndexError, storeError, StoreVersionError } from './store-errors.ts';

const FIRST_WITH_BUDGETS = 2;

/**
 * Sets a database up for this version: indexes, counter, budgets, version. Doing it again changes nothing. Throws
 * `StoreVersionError` where a newer version was here, and the errors of `connect`.
 */
export async function migrate(uri: string): Promise<{ readonly version: number; readonly indexes: number }> {
  const connection = await connect(uri);
  try {
    const found = await refuseNewer(connection);
    for (const { collection, name, key, unique } of INDEXES) await connection.collection(collection).createIndex({ ...key }, { name, unique });
    for (const { collection, name } of RETIRED) await dropIndex(connection, collection, name);
    const collections = collectionsOf(connection);
    const { meta } = collections;
    await meta.updateOne({ _id: 'arrival' }, { $setOnInsert: { value: 0 } }, { upsert: true });
    if (found < FIRST_WITH_BUDGETS) await beginBudgets(collections, new MongoCallStore(collections).spent());
    await meta.updateOne({ _id: 'schema' }, { $set: { value: SCHEMA_VERSION } }, { upsert: true });
    return { version: SCHEMA_VERSION, indexes: INDEXES.length };
  } catch (error) {
    throw error instanceof StoreVersionError ? error : storeError('migrate', error);
  } finally {
    await connection.close();
  }
}

/** Throws `StoreVersionError`, or `MissingIndexError` with every index that is not there, unless the database is set up for this version. */
export async function verifySchema(connection: Connection): Promise<void> {
  const found = await refuseNewer(connection);
  if (found < SCHEMA_VERSION) throw new StoreVersionError(found, SCHEMA_VERSION);
  const there = new Set<string>();
  for (const collection of new Set(INDEXES.map((index) => index.collection)))
    for (const { key, unique } of await connection.collection(collection).indexes()) there.add(shapeOf(collection, key, unique === true));
  const missing = INDEXES.filter(({ collection, key, unique }) => !there.has(shapeOf(collection, key, unique)));
  if (missing.length > 0) throw new MissingIndexError(missing);
}

/** The new index is there before the old one goes: services that run meanwhile always have one of them. */
async function dropIndex(connection: Connection, collection: string, name: string): Promise<void> {
  const there = await connection.collection(collection).indexes();
  if (there.some((index) => index.name === name)) await connection.collection(collection).dropIndex(name);
}

async function refuseNewer(connection: Connection): Promise<number> {
  const found = (await collectionsOf(connection).meta.findById('schema').lean())?.value ?? 0;
  if (found > SCHEMA_VERSION) throw new StoreVersionError(found, SCHEMA_VERSION);
  return found;
}

function shapeOf(collection: string, key: object, unique: boolean): string {
  return JSON.stringify([collection, Object.entries(key), unique]);
}
