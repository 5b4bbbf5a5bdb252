import type { PodSettingsInput } from '../cluster/settings.ts';

export const IMAGE = `registry.example/mle-smith-runtime@sha256:${'0123456789abcdef'.repeat(4)}`;
export const CUDA_IMAGE = `registry.example/mle-smith-cuda@sha256:${'fedcba9876543210'.repeat(4)}`;

/** The profile table of the platform's requirements, as an operator would write it. */
export function exampleSettings(): PodSettingsInput {
  const gpuNodes = { nodeSelector: { 'example.com/pool': 'gpu' }, tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' } as const] };
  return {
    instance: 'prod',
    namespaces: { solve: 'mls-solve', grade: 'mls-grade' },
    images: [IMAGE, CUDA_IMAGE],
    profiles: {
      'cpu-small': { image: IMAGE, cpu: '1' },
      'cpu-large': { image: IMAGE, cpu: '8', cpuRequest: '4', shmMb: 1024, inputMb: 20_480, queue: 'large' },
      'gpu-1': {
        image: CUDA_IMAGE,
        cpu: '4',
        accelerator: { resource: 'nvidia.com/gpu', count: 1 },
        shmMb: 8192,
        slots: 4,
        runtimeClass: 'kata-gpu',
        ...gpuNodes,
      },
      'gpu-mig': { image: CUDA_IMAGE, cpu: '2', accelerator: { resource: 'nvidia.com/mig-1g.10gb', count: 1 }, ...gpuNodes },
    },
    command: ['/mle-smith/venv/bin/python', '-m', 'mle_env.server'],
    runtimeClass: 'gvisor',
    hostUsers: false,
    serviceAccount: 'mle-smith-sandbox',
  };
}
