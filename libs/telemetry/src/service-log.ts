import { telemetryConfig } from './config.ts';
import { Log } from './log.ts';

let log: Log | undefined;

/** The log of this process, named by its main file and OTEL_SERVICE_NAME. Throws `ZodError` where the environment is not usable. */
export function serviceLog(): Log {
  if (log === undefined) {
    const { service, version, logLevel } = telemetryConfig();
    log = Log.open({ service, version, level: logLevel });
  }
  return log;
}
