import { randomUUID } from 'node:crypto';
import { concealSecrets, serviceLog, stopTelemetry, type Log } from '@mle-smith/telemetry';
import { ConfigurationError, printable, readConfig, secretsOf } from '../config.ts';
import type { ConfigOf, PROCESS_SETTINGS, Settings } from '../settings.ts';

/** What an operator must mend before a start can succeed (sysexits.h: EX_CONFIG). */
export const EXIT_CONFIGURATION = 78;
const EXIT_FAULT = 1;

/** Codes of errors that no new start mends by itself. */
const CONFIGURATION_CODES = new Set([
  'configuration',
  'missing_index',
  'state_version',
  'topic_missing',
  'object_store_refused',
  'model_auth',
  'model_config',
  'model_without_tools',
  'unsandboxed_refused',
]);

/** A process of the cluster from its configuration to its end. */
export interface Service<Table extends Settings> {
  readonly config: ConfigOf<Table>;
  readonly log: Log;
  /** Tells this process from every other one, in leases. */
  readonly owner: string;
  /** Aborted by SIGTERM, SIGINT, or a fault that ends the process. */
  readonly stopping: AbortSignal;
  /** Ends the process with this fault. */
  readonly fail: (error: Error) => void;
  /** Done at the end, the last that was given first; each has a bounded time. */
  readonly atEnd: (name: string, step: () => Promise<unknown>) => void;
}

const LONGEST_STEP_MS = 10_000;

/**
 * Reads the configuration, does the work, and ends the process: 0 after a stop that was asked for, 78 for what only an
 * operator can mend, 1 for the rest. `--print-config` prints the configuration without secrets and does nothing else.
 */
export async function runService<Table extends Settings & Pick<typeof PROCESS_SETTINGS, 'instance'>>(
  app: string,
  table: Table,
  known: readonly string[],
  work: (service: Service<Table>) => Promise<void>,
): Promise<void> {
  const config = configurationOf(table, known);
  concealSecrets(secretsOf(table, config));
  const log = serviceLog();
  const stop = new AbortController();
  const ends: { name: string; step: () => Promise<unknown> }[] = [];
  let fault: Error | undefined;
  const fail = (error: Error): void => {
    fault ??= error;
    stop.abort();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) process.on(event, (error: unknown) => fail(asError(error)));
  try {
    const instance = (config as { instance: string }).instance;
    await work({
      config,
      log,
      owner: `${app}-${instance}-${randomUUID().slice(0, 8)}`,
      stopping: stop.signal,
      fail,
      atEnd: (name, step) => void ends.push({ name, step }),
    });
  } catch (error) {
    fail(asError(error));
  }
  for (const { name, step } of ends.reverse()) await bounded(name, step, log);
  const code = exitCodeOf(fault);
  if (fault !== undefined) log.write(code === EXIT_CONFIGURATION ? 'service.config_invalid' : 'service.failed', { error: fault });
  else log.write('service.stopped');
  await stopTelemetry();
  process.exit(code);
}

function configurationOf<Table extends Settings>(table: Table, known: readonly string[]): ConfigOf<Table> {
  try {
    const config = readConfig(table, undefined, known);
    if (!process.argv.includes('--print-config')) return config;
    process.stdout.write(`${JSON.stringify(printable(table, config), undefined, 2)}\n`);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    serviceLog().write('service.config_invalid', { faults: error.faults });
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIGURATION);
  }
}

function exitCodeOf(fault: Error | undefined): number {
  if (fault === undefined) return 0;
  const { code } = fault as { code?: unknown };
  return typeof code === 'string' && CONFIGURATION_CODES.has(code) ? EXIT_CONFIGURATION : EXIT_FAULT;
}

/** A server that is gone must not keep a process from ending. */
async function bounded(name: string, step: () => Promise<unknown>, log: Log): Promise<void> {
  const late = Promise.withResolvers<'late'>();
  const limit = setTimeout(() => late.resolve('late'), LONGEST_STEP_MS);
  try {
    if ((await Promise.race([step(), late.promise])) === 'late') log.write('service.stop_forced', { step: name });
  } catch (error) {
    log.write('service.stop_forced', { step: name, error });
  } finally {
    clearTimeout(limit);
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
