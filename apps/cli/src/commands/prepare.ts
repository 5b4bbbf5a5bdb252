import { prepareServers, readConfig, SERVER_SETTINGS } from '@mle-smith/service';
import { EXIT_CODES } from '../exit-codes.ts';
import type { Surroundings } from '../surroundings.ts';

/** Makes the servers of a cluster ready for services: indexes, topics, bucket. Throws `ConfigurationError` and what the adapters throw. */
export async function prepare({ json }: { json: boolean }, around: Surroundings): Promise<number> {
  const done = await prepareServers(readConfig(SERVER_SETTINGS, around.config.cluster));
  const { indexes, topics, drift, bucket } = done;
  around.stdout(
    json
      ? `${JSON.stringify(done)}\n`
      : `${[`indexes: ${indexes}`, `topics: ${topics.declared}, ${topics.created.length} of them created now`, `bucket: ${bucket}`, ...drift.map((line) => `differs  ${line}`)].join('\n')}\n`,
  );
  return drift.length === 0 ? EXIT_CODES.ok.code : EXIT_CODES.failed.code;
}
