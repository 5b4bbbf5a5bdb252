import { InvalidArgumentError, Option, type Command } from 'commander';
import type { StateOptions } from './commands/state.ts';

export interface KafkaOptions {
  /** `host:port`, several with commas; KAFKA_BROKERS otherwise. */
  readonly brokers?: string;
  readonly topicPrefix?: string;
  readonly json: boolean;
}

/** Commands about the servers of a cluster; each resolves to an exit code. */
export interface ClusterCommands {
  prepare(options: { readonly json: boolean }): Promise<number>;
  exportState(folder: string, options: StateOptions): Promise<number>;
  importState(folder: string, options: StateOptions): Promise<number>;
  topics(action: 'apply' | 'check', options: KafkaOptions & { readonly replication?: number }): Promise<number>;
  dlqList(options: KafkaOptions & { readonly all: boolean }): Promise<number>;
  dlqShow(id: string, options: KafkaOptions): Promise<number>;
  dlqSettle(how: 'redrive' | 'drop', ids: readonly string[], options: KafkaOptions & { readonly all: boolean }): Promise<number>;
}

const ENVIRONMENT =
  '\nEnvironment: KAFKA_BROKERS, KAFKA_TOPIC_PREFIX, KAFKA_TLS=true or KAFKA_CA_FILE, KAFKA_USERNAME and KAFKA_PASSWORD with KAFKA_SASL_MECHANISM (plain, scram-sha-256, scram-sha-512; the last by default)';

/** Adds `prepare`, `export-state`, `import-state`, `topics` and `dlq`. */
export function addClusterCommands(
  command: (name: string, summary: string, examples: readonly string[]) => Command,
  json: Option,
  commands: ClusterCommands,
  done: (code: number) => void,
): void {
  command('prepare', 'Makes the servers of a cluster ready for services: indexes, topics, bucket; again changes nothing', ['prepare', 'prepare --json'])
    .addOption(json)
    .addHelpText('after', '\nEnvironment: that of services, see docs/reference/configuration.md; MONGODB_URI, KAFKA_BROKERS and S3_BUCKET are needed')
    .action(async (options: { json: boolean }) => done(await commands.prepare(options)));

  for (const [name, summary, target, act] of [
    [
      'export-state',
      'Writes the state of a run or a cluster to a folder: what is done, what is under way, calls of models, documents',
      'the folder, which is not there yet',
      commands.exportState,
    ],
    [
      'import-state',
      'Brings such a folder into an empty run directory or cluster, where the work goes on',
      'the folder that export-state wrote',
      commands.importState,
    ],
  ] as const)
    command(name, summary, [`${name} moved --out out/cars`, `${name} moved --cluster`])
      .argument('<dir>', target)
      .addOption(new Option('--out <dir>', 'the run directory').conflicts('cluster'))
      .option('--cluster', 'the cluster whose servers the environment names: MONGODB_URI, S3_BUCKET and the others of docs/reference/configuration.md', false)
      .addOption(json)
      .action(async (folder: string, options: StateOptions, called: Command) => {
        if (options.out === undefined && !options.cluster) called.error(`error: either option '--out <dir>' or option '--cluster' is needed`);
        done(await act(folder, options));
      });

  const withKafka = (target: Command): Command =>
    target
      .option('--brokers <host:port,...>', 'brokers of the cluster; KAFKA_BROKERS by default')
      .option('--topic-prefix <text>', 'what names of topics begin with; KAFKA_TOPIC_PREFIX or mle-smith. by default')
      .addOption(json)
      .addHelpText('after', ENVIRONMENT);

  const topics = command('topics', 'The topics of a cluster: creates those that are missing, tells where they differ', [
    'topics apply --brokers kafka:9092',
    'topics check --brokers kafka:9092 --json',
  ]);
  for (const [action, summary] of [
    ['apply', 'Creates what is missing; changes nothing that is there'],
    ['check', 'Exits with 1 where a topic is missing or differs'],
  ] as const)
    withKafka(topics.command(action).description(summary))
      .option('--replication <n>', 'copies of each topic; as many as there are brokers, at most 3, by default', copies)
      .action(async (options: KafkaOptions & { replication?: number }) => done(await commands.topics(action, options)));

  const dlq = command('dlq', 'Messages that could not be used: shows them, sends them back, or drops them', [
    'dlq list --brokers kafka:9092',
    'dlq show 12',
    'dlq redrive 12 13',
    'dlq drop --all',
  ]);
  withKafka(dlq.command('list').description('Lists those that wait'))
    .option('--all', 'also those that were sent back or dropped', false)
    .action(async (options: KafkaOptions & { all: boolean }) => done(await commands.dlqList(options)));
  withKafka(dlq.command('show').description('Shows one: why it lies here, its headers and its bytes').argument('<id>')).action(
    async (id: string, options: KafkaOptions) => done(await commands.dlqShow(id, options)),
  );
  for (const [how, summary] of [
    ['redrive', 'Sends them back to their topics, with the ids of their events: twice changes nothing'],
    ['drop', 'Marks them as dealt with'],
  ] as const)
    withKafka(dlq.command(how).description(summary).argument('[id...]'))
      .option('--all', 'all that wait', false)
      .action(async (ids: string[], options: KafkaOptions & { all: boolean }) => done(await commands.dlqSettle(how, ids, options)));
}

function copies(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 9) throw new InvalidArgumentError('a whole number from 1 to 9 is needed');
  return value;
}
