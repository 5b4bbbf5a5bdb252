/**
 * Starts telemetry; to be loaded before anything else: `node --import @mle-smith/telemetry/start apps/NAME/src/main.ts` (platform OB-1).
 * A fault of its configuration leaves it off and is told; the service's own configuration has the same shape and stops it.
 */
import { z } from 'zod';
import { concealSecrets } from './concealed.ts';
import { telemetryConfig } from './config.ts';
import { setRunning } from './running.ts';
import { serviceLog } from './service-log.ts';
import { startTelemetry } from './start-telemetry.ts';
import { sendWarningsTo } from './warnings.ts';

try {
  const config = telemetryConfig();
  if (config.enabled) {
    concealSecrets(config.secrets);
    sendWarningsTo((code, data, unsaid) => serviceLog().write(code, { ...data, ...(unsaid === 0 ? {} : { unsaid }) }));
    const telemetry = startTelemetry(config);
    setRunning(telemetry);
    const traces = config.traces.endpoint !== undefined;
    void telemetry.metricsPort.then((port) => serviceLog().write('telemetry.started', { metricsPort: port, traces }));
  }
} catch (error) {
  const faults = error instanceof z.ZodError ? { faults: z.prettifyError(error) } : { error };
  serviceLog().write('telemetry.config_invalid', faults);
}
