import { randomBytes } from 'node:crypto';
import { apiKeyLine, hashOfApiKey, newApiKey } from '@mle-smith/contracts';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import type { Doors } from './doors.ts';

/** What an installation on the test bed is made from. */
export interface Ground {
  /** Names its topics, database and bucket. */
  readonly name: string;
  readonly kube: RunningServer;
  readonly s3: RunningServer;
  readonly doors: Doors;
  /** Images by digest. */
  readonly images: { readonly services: string; readonly runtime: string };
}

/** Values of the chart: its own defaults but for where servers are, and for what a machine of two processors can give. */
export function valuesOnTestBed({ name, kube, doors, images }: Ground): object {
  const image = (pinned: string): object => ({ repository: pinned.split('@')[0], digest: pinned.split('@')[1] });
  const small = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '1Gi' } };
  return {
    image: image(images.services),
    mongodb: { existingSecret: 'mle-smith-mongodb' },
    kafka: { brokers: [doors.kafka.address], topicPrefix: `${name}.` },
    objectStore: { endpoint: `http://${doors.s3.address}`, bucket: name, existingSecret: 'mle-smith-s3' },
    gateway: { existingSecret: 'mle-smith-api-keys' },
    // Its one task is neither trivial nor slow.
    test: { existingSecret: 'mle-smith-test', dataset: 'examples/free-light-chain' },
    defaults: { resources: small },
    services: { brainstorm: { settings: { MLE_SMITH_MAX_TASKS: '1' } } },
    prepare: { resources: small },
    jobs: {
      existingSecret: 'mle-smith-pods',
      image: image(images.runtime),
      runtimeClass: kube.details['runtimeClass'] ?? '',
      profiles: { cpu: { cpu: '1', cpuRequest: '20m', memoryRequestMb: 64 } },
    },
  };
}

/** The secrets that these values name: secret → key → text. */
export function secretsOnTestBed({ name, doors, s3 }: Ground): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const key = newApiKey();
  return {
    'mle-smith-mongodb': { uri: `mongodb://${doors.mongo.address}/${name}` },
    'mle-smith-s3': { 'access-key-id': s3.details['accessKey'] ?? '', 'secret-access-key': s3.details['secretKey'] ?? '' },
    'mle-smith-pods': { 'pod-secret': randomBytes(32).toString('hex') },
    'mle-smith-api-keys': { 'api-keys': `${apiKeyLine({ name: 'helm-test', role: 'submitter', hash: hashOfApiKey(key) })}\n` },
    'mle-smith-test': { 'api-key': key },
  };
}
