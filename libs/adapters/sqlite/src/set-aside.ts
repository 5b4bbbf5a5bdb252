import type { DatabaseSync } from 'node:sqlite';

/** A subject of which a row is not what was written: its record, or a line of its history. */
export interface DamagedSubject {
  readonly id: string;
  readonly document: 'record' | 'history';
}

/** What every record has, however old it is. A row that is no JSON must not be asked for more. */
const SOUND = `CASE WHEN json_valid(doc) THEN (doc ->> 'id') IS id AND (doc ->> 'state') IS state
  AND (doc ->> 'kind') IN ('dataset', 'task') AND json_type(doc, '$.documents') IS 'object' AND json_type(doc, '$.outbox') IS 'array' ELSE 0 END`;

/**
 * Finds the subjects that cannot be read, and makes `readable`, for this connection alone: the table of subjects without them, with
 * `place` for their order of arrival. Nothing is written to the file: what a backup brings back is there again.
 */
export function setAside(db: DatabaseSync): readonly DamagedSubject[] {
  const damaged = db
    .prepare(
      `SELECT rowid AS place, id, 'record' AS document FROM main.subjects WHERE NOT ${SOUND}
       UNION ALL SELECT rowid, id, 'history' FROM main.subjects WHERE ${SOUND} AND id IN (SELECT subject FROM main.history WHERE NOT json_valid(doc))`,
    )
    .all();
  const places = damaged.map(({ place }) => Number(place));
  db.exec(
    `CREATE TEMP VIEW readable AS SELECT rowid AS place, * FROM main.subjects${places.length === 0 ? '' : ` WHERE rowid NOT IN (${places.join(', ')})`};`,
  );
  return damaged.map(({ id, document }) => ({ id: String(id), document: document === 'history' ? 'history' : 'record' }));
}
