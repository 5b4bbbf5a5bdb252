import { parseArgs } from 'node:util';
import { readConfig, SERVICE_VARIABLES, STATION_SERVICE_SETTINGS } from '@mle-smith/service';
import { UsageError } from '../testbed/ended-with.ts';
import { newName } from './names.ts';

/** What `npm run cluster` was asked for. */
export interface Wanted {
  /** Of topics, database and bucket. */
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** A name that a bucket, a database and topics may all have. */
const NAME = /^[a-z][a-z0-9-]{2,39}$/;
const USAGE = 'usage: npm run cluster -- [--name NAME] [SETTING=VALUE...]   (settings: docs/reference/configuration.md)';

/** Reads the command line, and whether services take its settings beside the surroundings. Throws `UsageError`, and `ConfigurationError` with every fault. */
export function commandLine(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Wanted {
  const { values, positionals } = parsed(args);
  const name = values.name ?? newName();
  if (!NAME.test(name)) throw new UsageError(`this cannot be the name of a cluster [name=${name}]: 3 to 40 of a-z, 0-9 and -, a letter first; ${USAGE}`);
  const settings: Record<string, string> = {};
  for (const text of positionals) {
    const [, variable, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
    if (variable === undefined || value === undefined) throw new UsageError(`this is no SETTING=VALUE [argument=${text}]; ${USAGE}`);
    settings[variable] = value;
  }
  // What the test bed is going to say.
  const servers = { MONGODB_URI: `mongodb://localhost/${name}`, KAFKA_BROKERS: 'localhost:9092', S3_BUCKET: name };
  readConfig(STATION_SERVICE_SETTINGS, { ...servers, ...environment, ...settings }, SERVICE_VARIABLES);
  return { name, settings };
}

function parsed(args: readonly string[]): { values: { name?: string | undefined }; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options: { name: { type: 'string' } }, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; ${USAGE}`);
  }
}
