import { randomUUID } from 'node:crypto';
import { concealSecrets, serviceLog, stopTelemetry, TelemetryEnvironment, type Log } from '@mle-smith/telemetry';
import { ConfigurationError, printable, readConfig, secretsOf } from '../config.ts';
import { GATEWAY_SERVICE_SETTINGS, STATION_SERVICE_SETTINGS, type ConfigOf, type PROCESS_SETTINGS, type Settings } from '../settings.ts';
import { isConfigurationFault } from './configuration-faults.ts';
import { TimeToEnd } from './time-to-end.ts';
import { StoppedWaitingError } from './until-reached.ts';
import { watchLoop } from './watch-loop.ts';

/** What an operator must mend before a start can succeed (sysexits.h: EX_CONFIG). */
export const EXIT_CONFIGURATION = 78;
const EXIT_FAULT = 1;

/** What some service reads: an installation has one environment for all of them. */
export const SERVICE_VARIABLES: readonly string[] = [
  ...[STATION_SERVICE_SETTINGS, GATEWAY_SERVICE_SETTINGS].flatMap((table: Settings) => Object.values(table).map(({ variable }) => variable)),
  ...Object.keys(TelemetryEnvironment.shape),
];

/** A process of the cluster from its configuration to its end. */
export interface Service<Table extends Settings> {
  readonly config: ConfigOf<Table>;
  readonly log: Log;
  /** Tells this process from every other one, in leases. */
  readonly owner: string;
  /** Aborted by SIGTERM, SIGINT, or a fault that ends the process. */
  readonly stopping: AbortSignal;
  /** Aborted by a fault that ends the process: then moments are left, whatever is in hand. */
  readonly failed: AbortSignal;
  /** Ends the process with this fault. */
  readonly fail: (error: Error) => void;
  /** Done at the end, the last that was given first; each has a bounded time, and all together. */
  readonly atEnd: (name: string, step: () => Promise<unknown>) => void;
}

const LONGEST_STEP_MS = 10_000;
/** What is waited for of a step when the time is over, ms: it is begun all the same. */
const LEAST_STEP_MS = 100;
/** What an end may take beyond the time for work in hand, ms: who waits for the process kills it 15 s after that (chart, compose file). */
const END_MS = 10_000;
/** What an end by a fault may take, ms: with the last words of telemetry it is over within 5 s (platform KB-3). */
const END_BY_FAULT_MS = 3_000;
const LAST_WORDS_MS = 1_000;

/**
 * Reads the configuration, does the work, and ends the process: 0 after a stop that was asked for, 78 for what only an
 * operator can mend, 1 for the rest. `--print-config` prints the configuration without secrets and does nothing else. `faultsOf`: what its settings are not together.
 */
export async function runService<Table extends Settings & Pick<typeof PROCESS_SETTINGS, 'instance' | 'shutdownSeconds'>>(
  app: string,
  table: Table,
  work: (service: Service<Table>) => Promise<void>,
  faultsOf: FaultsOf<Table> = () => [],
): Promise<void> {
  const config = await configurationOf(table, faultsOf);
  concealSecrets(secretsOf(table, config));
  const log = serviceLog();
  const { instance, shutdownSeconds } = config as { instance: string; shutdownSeconds: number };
  const [stop, failed] = [new AbortController(), new AbortController()];
  const time = new TimeToEnd();
  const ends: { name: string; step: () => Promise<unknown> }[] = [];
  let fault: Error | undefined;
  const fail = (error: Error): void => {
    fault ??= error;
    time.within(END_BY_FAULT_MS);
    failed.abort();
    stop.abort();
  };
  const stopInOrder = (): void => {
    time.within(shutdownSeconds * 1_000 + END_MS);
    stop.abort();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stopInOrder);
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) process.on(event, (error: unknown) => fail(asError(error)));
  const endWatch = watchLoop(log);
  try {
    const working = work({
      config,
      log,
      owner: `${app}-${instance}-${randomUUID().slice(0, 8)}`,
      stopping: stop.signal,
      failed: failed.signal,
      fail,
      atEnd: (name, step) => void ends.push({ name, step }),
    });
    await Promise.race([working, time.over]);
  } catch (error) {
    // Told to stop while it waited for a server: that is an end, and no fault.
    if (!(error instanceof StoppedWaitingError)) fail(asError(error));
  }
  for (const { name, step } of ends.reverse()) await bounded(name, step, log, Math.min(LONGEST_STEP_MS, Math.max(LEAST_STEP_MS, time.left)));
  endWatch();
  const code = exitCodeOf(fault);
  if (fault !== undefined) log.write(code === EXIT_CONFIGURATION ? 'service.config_invalid' : 'service.failed', { error: fault });
  else log.write('service.stopped');
  await stopTelemetry(fault === undefined ? undefined : LAST_WORDS_MS);
  process.exit(code);
}

type FaultsOf<Table extends Settings> = (config: ConfigOf<Table>) => readonly string[] | Promise<readonly string[]>;

async function configurationOf<Table extends Settings>(table: Table, faultsOf: FaultsOf<Table>): Promise<ConfigOf<Table>> {
  try {
    const config = readConfig(table, undefined, SERVICE_VARIABLES);
    const faults = await faultsOf(config);
    if (faults.length > 0) throw new ConfigurationError(faults);
    if (!process.argv.includes('--print-config')) return config;
    process.stdout.write(`${JSON.stringify(printable(table, config), undefined, 2)}\n`);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    serviceLog().write('service.config_invalid', { faults: error.faults });
    process.exit(EXIT_CONFIGURATION);
  }
}

function exitCodeOf(fault: Error | undefined): number {
  if (fault === undefined) return 0;
  return isConfigurationFault(fault) ? EXIT_CONFIGURATION : EXIT_FAULT;
}

/** A server that is gone must not keep a process from ending. */
async function bounded(name: string, step: () => Promise<unknown>, log: Log, ms: number): Promise<void> {
  const late = Promise.withResolvers<'late'>();
  const limit = setTimeout(() => late.resolve('late'), ms);
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

/** Resolves when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
