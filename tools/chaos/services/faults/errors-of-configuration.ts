import { startService } from '../../../cluster/service-process.ts';
import type { Fault } from '../fault.ts';

/** Twenty settings that cannot be, each by the variable that its complaint has to name. */
const WRONG: Readonly<Record<string, string>> = {
  KAFKA_BROKERS: ' , ',
  KAFKA_TLS: 'perhaps',
  KAFKA_SASL_MECHANISM: 'gssapi',
  KAFKA_TOPIC_PREFIX: ' ',
  MONGODB_URI: 'postgres://localhost/x',
  S3_ENDPOINT: 'ftp://localhost',
  S3_BUCKET: '',
  MLE_SMITH_PORT: '65536',
  MLE_SMITH_SHUTDOWN_SECONDS: '0',
  MLE_SMITH_SOURCE_BUCKETS: ' ',
  MLE_SMITH_CACHE_BYTES: '-1',
  MLE_SMITH_WORKERS: 'two',
  MLE_SMITH_LEASE_SECONDS: '1',
  MLE_SMITH_MAX_GENERATIONS: '99',
  MLE_SMITH_MAX_TASKS: '0.5',
  MLE_SMITH_ALLOW_UNSANDBOXED: 'yes',
  MLE_SMITH_ENGINE: 'oracle',
  MLE_SMITH_HEADERS: 'no colon',
  MLE_SMITH_CALLS: '0',
  MLE_SMITH_WORKER: '2',
};

const CONFIGURATION = 78;

/** A service that is set up wrongly in twenty ways names all of them at once, ends with 78, and has started nothing. */
export const errorsOfConfiguration: Fault = {
  row: 40,
  name: 'errors-of-configuration',
  what: 'twenty settings that are wrong, missing or misspelt, for each service',
  load: 'none',
  recoverWithinSeconds: 0,
  told: [{ log: 'service.config_invalid' }],
  inject: async (rig) => {
    for (const app of ['ingest', 'execute', 'gateway']) {
      const { ended, lines, noise } = startService(app, { ...rig.settings, ...WRONG });
      const { code } = await ended;
      if (code !== CONFIGURATION) rig.complaints.push(`${app} ended with ${code ?? 'a signal'}`);
      const told = JSON.stringify(lines.find((line) => line.code === 'service.config_invalid'));
      // Some belong to stations only: for the gateway they are settings of others.
      for (const variable of Object.keys(WRONG).filter((name) => app !== 'gateway' || !OF_STATIONS.has(name)))
        if (!told?.includes(`${variable}: `)) rig.complaints.push(`${app} says nothing of ${variable}`);
      if (lines.some((line) => line.code === 'service.starting')) rig.complaints.push(`${app} began to start`);
      rig.hearEnded(app, { lines, noise });
    }
  },
};

const OF_STATIONS = new Set([
  'MLE_SMITH_WORKERS',
  'MLE_SMITH_LEASE_SECONDS',
  'MLE_SMITH_MAX_GENERATIONS',
  'MLE_SMITH_MAX_TASKS',
  'MLE_SMITH_ALLOW_UNSANDBOXED',
  'MLE_SMITH_ENGINE',
  'MLE_SMITH_HEADERS',
  'MLE_SMITH_CALLS',
]);
