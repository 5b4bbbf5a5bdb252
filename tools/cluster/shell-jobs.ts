import type { PodJobOrder, PodSettingsInput } from '@mle-smith/adapter-kubernetes';
import { newName } from './names.ts';
import type { RunningServer } from '../testbed/server-recipe.ts';

/** Settings under which Jobs run shell scripts on the node of the test bed, which reserves next to nothing for each: 200 fit on two processors. */
export function shellSettings(server: RunningServer, namespaces: PodSettingsInput['namespaces']): PodSettingsInput {
  const image = server.details['busyboxImage'] ?? '';
  return {
    instance: newName(),
    namespaces,
    images: [image],
    profiles: { shell: { image, cpu: '200m', cpuRequest: '1m', memoryRequestMb: 8, inputMb: 1 } },
    command: ['sh', '-c', 'eval "$MLE_ENV_SCRIPT"'],
    allowUnsandboxed: true,
    terminationSeconds: 1,
  };
}

/** The order of a Job that runs a script. */
export function shellOrder(key: string, script: string, deadlineSeconds = 900): PodJobOrder {
  return {
    key,
    zone: 'solve',
    profile: 'shell',
    trust: 'untrusted',
    limits: { memoryMb: 32, processes: 16, diskMb: 8, deadlineSeconds },
    environment: { MLE_ENV_SCRIPT: script },
    labels: {},
  };
}
