import { telemetryConfig, type TelemetryConfig } from './config.ts';
import { Log } from './log.ts';

let log: Log | undefined;

/** The log of this process, named by its main file or OTEL_SERVICE_NAME. Where the environment is not usable it still writes: somebody has to say so. */
export function serviceLog(): Log {
  if (log === undefined) {
    const { service, version, logLevel } = usableConfig();
    log = Log.open({ service, version, level: logLevel });
  }
  return log;
}

function usableConfig(): TelemetryConfig {
  try {
    return telemetryConfig();
  } catch {
    return telemetryConfig({});
  }
}
