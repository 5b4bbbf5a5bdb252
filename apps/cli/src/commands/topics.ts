import { applyTopics, checkTopics } from '@mle-smith/adapter-kafka';
import { EXIT_CODES } from '../exit-codes.ts';
import type { KafkaOptions } from '../cluster-commands.ts';
import type { Surroundings } from '../surroundings.ts';
import { kafkaPlace } from './kafka-place.ts';

/** Creates or checks the topics of a cluster; fails where one is missing or differs. */
export async function topics(action: 'apply' | 'check', options: KafkaOptions & { replication?: number }, around: Surroundings): Promise<number> {
  const { connection, prefix } = await kafkaPlace(options, around);
  const wanted = { prefix, ...(options.replication === undefined ? {} : { replication: options.replication }) };
  const report = await (action === 'apply' ? applyTopics : checkTopics)(connection, wanted);
  const { declared, created, missing, drift } = report;
  if (options.json) around.stdout(`${JSON.stringify(report)}\n`);
  else
    around.stdout(
      [
        ...created.map((topic) => `created  ${topic}`),
        ...missing.map((topic) => `missing  ${topic}`),
        ...drift.map(({ topic, what, declared: wants, actual }) => `differs  ${topic}: ${what} is ${actual || 'not set'}, should be ${wants}`),
        `${declared.length} topics: ${created.length} created, ${missing.length} missing, ${drift.length} differences`,
        '',
      ].join('\n'),
    );
  return missing.length + drift.length === 0 ? EXIT_CODES.ok.code : EXIT_CODES.failed.code;
}
