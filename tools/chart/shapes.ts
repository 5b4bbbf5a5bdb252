import { z } from 'zod';

/** A name of an object of Kubernetes; empty where there is none. */
export const nameOrNone = z.string().regex(/^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)?$/);
/** A name of an object of Kubernetes. */
export const objectName = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/);
/** A name of a namespace; empty where it follows from the release. */
export const namespaceOrNone = z.string().regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$/);
/** A key within a secret. */
export const secretKey = z.string().regex(/^[A-Za-z0-9._-]{1,253}$/);
/** A tag can be moved to other bytes, a digest cannot; that it is there is seen to by templates/validate.yaml. */
export const digest = z.string().regex(/^(sha256:[0-9a-f]{64})?$/);
/** Name of an image without a tag; a colon stands before a port alone. */
export const repository = z.string().regex(/^([a-z0-9.-]+(:\d+)?\/)?[a-z0-9]+([._/-]+[a-z0-9]+)*$/);
/** Registry, and what stands in front of a name there; empty where there is none. */
export const registryOrNone = z.string().regex(/^([a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*)?$/);
/** Name of a bucket; that it is there is seen to by templates/validate.yaml. */
export const bucketOrNone = z.string().regex(/^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$/);
/** An amount of Kubernetes: 500m, 1.5, 2Gi. */
export const quantity = z.string().regex(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/);
export const quantities = z.record(z.string(), quantity);
export const labels = z.record(z.string(), z.string());
export const text = z.string();
/** Numbers of more than six digits lose their form within Helm: settings are texts. */
export const settingText = z.string();

export const PullPolicy = z.enum(['Always', 'IfNotPresent', 'Never']);
export const PullSecrets = z.array(z.strictObject({ name: objectName }));
export const Resources = z.strictObject({ requests: quantities.optional(), limits: quantities.optional() });
export const Tolerations = z.array(
  z.strictObject({
    key: z.string().optional(),
    operator: z.enum(['Exists', 'Equal']).optional(),
    value: z.string().optional(),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
    tolerationSeconds: z.int().optional(),
  }),
);
const Selector = z.strictObject({
  matchLabels: labels.optional(),
  matchExpressions: z
    .array(z.strictObject({ key: z.string(), operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']), values: z.array(z.string()).optional() }))
    .optional(),
});
/** Peers of a NetworkPolicy. */
export const Peers = z.array(
  z.strictObject({
    namespaceSelector: Selector.optional(),
    podSelector: Selector.optional(),
    ipBlock: z.strictObject({ cidr: z.string(), except: z.array(z.string()).optional() }).optional(),
  }),
);
const Ports = z.array(
  z.strictObject({ port: z.union([z.int(), z.string()]).optional(), endPort: z.int().optional(), protocol: z.enum(['TCP', 'UDP', 'SCTP']).optional() }),
);
/** Rules of a NetworkPolicy about what goes out. */
export const EgressRules = z.array(z.strictObject({ to: Peers.optional(), ports: Ports.optional() }));
/** Any object of Kubernetes: the one place where keys are not ours to know. */
export const AnyObject = z.looseObject({ apiVersion: z.string(), kind: z.string() });
