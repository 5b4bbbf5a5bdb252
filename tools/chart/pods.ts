import type { KubeObject } from './render.ts';

/** A container as far as checks look at it. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: { readonly secretKeyRef?: unknown } }[];
  readonly envFrom?: readonly unknown[];
  readonly securityContext?: SecurityContext;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly hostPort?: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly [probe: string]: unknown;
}

/** What a pod or a container may do. */
export interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
  readonly procMount?: string;
  readonly sysctls?: readonly unknown[];
}

/** The specification of a pod as far as checks look at it. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: SecurityContext;
  readonly [key: string]: unknown;
}

/** A pod with the object that makes it. */
export interface OwnedPod {
  readonly owner: KubeObject;
  readonly pod: PodSpec;
}

/** Every pod that the objects make: of Pods, Deployments and Jobs. */
export function podsOf(objects: readonly KubeObject[]): readonly OwnedPod[] {
  return objects.flatMap((owner) => {
    const spec = owner['spec'] as { template?: { spec: PodSpec } } & PodSpec;
    if (owner.kind === 'Pod') return [{ owner, pod: spec }];
    return spec?.template === undefined ? [] : [{ owner, pod: spec.template.spec }];
  });
}
