import { connect } from '../connect.ts';
import { collectionsOf, INDEXES, SCHEMA_VERSION } from '../schema.ts';

/** The indexes that keep subjects and steps apart, by name. */
export const UNIQUE_INDEXES: readonly string[] = INDEXES.filter(({ unique }) => unique).map(({ name }) => name);

/** Takes an index away, as an operator's slip would. */
export async function dropIndex(uri: string, name: string): Promise<void> {
  const connection = await connect(uri);
  try {
    const index = INDEXES.find((candidate) => candidate.name === name);
    if (index === undefined) throw new RangeError(`no such index [name=${name}]`);
    await connection.collection(index.collection).dropIndex(name);
  } finally {
    await connection.close();
  }
}

/** Makes a database one of a version so many steps later, as an update that was taken back leaves it. */
export async function setSchemaVersion(uri: string, later: number): Promise<void> {
  const connection = await connect(uri);
  try {
    await collectionsOf(connection).meta.updateOne({ _id: 'schema' }, { $set: { value: SCHEMA_VERSION + later } });
  } finally {
    await connection.close();
  }
}
