import { PodProfile } from '@mle-smith/adapter-kubernetes';
import { z } from 'zod';
import { digest, nameOrNone, PullSecrets, repository, secretKey } from './shapes.ts';
import { group, leaf, type Group } from './table.ts';

const profileName = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);

/** The Jobs that stations start: what they may be is written into the admission policy as well. */
export function jobFields(): Group {
  return group('the sandboxes: Jobs that stations start in the zones', {
    existingSecret: leaf(nameOrNone, '', 'needed: a secret with at least 16 characters by chance, from which the tokens of pods are made'),
    key: leaf(secretKey, 'pod-secret', 'their key in it'),
    image: group('the image of sandboxes: Python with its packages', {
      repository: leaf(repository, 'mle-smith-runtime', 'its name'),
      digest: leaf(digest, '', 'needed: its digest, `sha256:…`'),
    }),
    imagePullSecrets: leaf(PullSecrets, [], 'secrets of both zones by which it is pulled; their quotas have room for them besides `count/secrets`'),
    runtimeClass: leaf(nameOrNone, '', 'needed, unless `allowUnsandboxed` or each profile has its own: a RuntimeClass with a kernel of its own (gVisor, Kata)'),
    allowUnsandboxed: leaf(z.boolean(), false, 'run code of strangers on the kernel of the node; every verdict says so'),
    networkEnforced: leaf(z.boolean(), false, 'you have seen that the network plug-in enforces NetworkPolicy; verdicts name the doubt where not'),
    profiles: leaf(
      z.record(profileName, PodProfile.partial({ image: true })),
      { cpu: { cpu: '1', cpuRequest: '500m', memoryRequestMb: 1_024 } },
      'what a sandbox gets, by name: cpu, cpuRequest, memoryRequestMb, accelerator {resource, count}, nodeSelector, tolerations, shmMb, inputMb, slots, queue (of Kueue), runtimeClass, priorityClass, hostUsers (false: user namespaces), image by digest',
    ),
    profileOf: group('the profile of each kind of job', {
      measure: leaf(profileName, 'cpu', 'of what looks at data'),
      solve: leaf(profileName, 'cpu', 'of candidates'),
      grade: leaf(profileName, 'cpu', 'of what scores them'),
      baselines: leaf(
        z.union([profileName, z.literal('')]),
        '',
        'of our own baselines; where it is not set that of candidates, or of `measure` where candidates hold a device',
      ),
    }),
    maxDeadlineSeconds: leaf(z.int().min(60), 86_400, 'the longest deadline that the policy lets a Job have'),
  });
}
