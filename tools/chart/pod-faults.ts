import type { Container, PodSpec } from './pods.ts';

/** Kinds of volumes that restricted pod security takes. */
const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];

/** What keeps a pod from the level `restricted` of pod security, and what this project asks of each pod besides; none for a good one. */
export function podFaults(pod: PodSpec): readonly string[] {
  const of = (condition: boolean, fault: string): readonly string[] => (condition ? [fault] : []);
  return [
    ...of(pod.hostNetwork === true || pod.hostPID === true || pod.hostIPC === true, 'shares a namespace of its node'),
    ...(pod.volumes ?? []).flatMap((volume) =>
      Object.keys(volume)
        .filter((key) => key !== 'name' && !VOLUMES.includes(key))
        .map((kind) => `has a volume of the kind ${kind}`),
    ),
    ...of((pod.securityContext?.sysctls ?? []).length > 0, 'changes settings of the kernel'),
    ...of(pod.automountServiceAccountToken === undefined, 'leaves open whether it gets a token'),
    ...of(pod.enableServiceLinks !== false, 'gets variables for each Service'),
    ...[...pod.containers, ...(pod.initContainers ?? [])].flatMap((container) => containerFaults(container, pod).map((fault) => `${container.name} ${fault}`)),
  ];
}

function containerFaults(container: Container, pod: PodSpec): readonly string[] {
  const of = (condition: boolean, fault: string): readonly string[] => (condition ? [fault] : []);
  const own = container.securityContext ?? {};
  return [
    ...of(own.privileged === true, 'is privileged'),
    ...of(own.allowPrivilegeEscalation !== false, 'may gain privileges'),
    ...of((own.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) !== true, 'may run as root'),
    // Without a number kubelet cannot tell whether the image's user is root.
    ...of(!((own.runAsUser ?? pod.securityContext?.runAsUser ?? 0) > 0), 'has no user by number'),
    ...of(!['RuntimeDefault', 'Localhost'].includes((own.seccompProfile ?? pod.securityContext?.seccompProfile)?.type ?? ''), 'has no filter of system calls'),
    ...of(!(own.capabilities?.drop ?? []).includes('ALL'), 'keeps capabilities'),
    ...of(
      (own.capabilities?.add ?? []).some((name) => name !== 'NET_BIND_SERVICE'),
      'adds capabilities',
    ),
    ...of(own.procMount !== undefined && own.procMount !== 'Default', 'sees more of /proc'),
    ...of(own.readOnlyRootFilesystem !== true, 'can write to its root'),
    ...of(
      (container.ports ?? []).some(({ hostPort = 0 }) => hostPort !== 0),
      'takes a port of its node',
    ),
    ...of(!/@sha256:[0-9a-f]{64}$/.test(container.image), 'has an image without a digest'),
  ];
}
