import type { DatabaseSync } from 'node:sqlite';
import { PIPELINE } from '@mle-smith/contracts';

/** Version of the state that this code writes; older ones are brought up to it. */
export const SCHEMA_VERSION = 2;

/** States that some stage leads out of, as a JSON list. */
export const OPEN_STATES = JSON.stringify(PIPELINE.map((row) => row.consumes));

const FIRST = `
  CREATE TABLE subjects (id TEXT PRIMARY KEY, state TEXT NOT NULL, not_before REAL NOT NULL, lease_until REAL, outbox INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
  CREATE TABLE history (seq INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, doc TEXT NOT NULL) STRICT;
  CREATE INDEX history_of ON history (subject, seq);
`;

/** Queues, deadlines and counts by index; what each subject has passed is told by itself. */
const SECOND = `
  DROP INDEX IF EXISTS due;
  ALTER TABLE subjects ADD COLUMN turn REAL NOT NULL DEFAULT 0;
  ALTER TABLE subjects ADD COLUMN deadline REAL NOT NULL DEFAULT 0;
  UPDATE subjects SET deadline = doc ->> 'deadline', doc = json_set(doc, '$.priority', 0, '$.passed', json((
    SELECT json_group_array(DISTINCT step.doc ->> 'stage') FROM history step WHERE step.subject = subjects.id AND step.doc ->> 'outcome' = 'advanced'
  )));
  CREATE INDEX queue ON subjects (state, turn);
  CREATE INDEX deadlines ON subjects (state, deadline);
  CREATE INDEX counted ON subjects (state, lease_until, outbox);
  CREATE INDEX untold ON subjects (outbox) WHERE outbox > 0;
`;

/** Brings a state of an older version, 0 for none, up to this one; wholly or not at all. */
export function upgrade(db: DatabaseSync, found: number): void {
  if (found === SCHEMA_VERSION) return;
  db.exec(`BEGIN IMMEDIATE; ${found < 1 ? FIRST : ''} ${SECOND} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}
