export { dropIndex, setSchemaVersion, UNIQUE_INDEXES } from './schema-drill.ts';
