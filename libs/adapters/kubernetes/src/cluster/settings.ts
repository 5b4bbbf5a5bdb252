import { z } from 'zod';
import { DNS_LABEL, LABEL_VALUE } from './names.ts';

const dnsLabel = z.string().regex(DNS_LABEL, 'lower-case letters, digits and hyphens, at most 63');
const dnsName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'lower-case letters, digits, hyphens and dots');
const labelValue = z.string().regex(LABEL_VALUE, 'letters, digits, dots, hyphens and underscores, at most 63');
const labelKey = z
  .string()
  .regex(/^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, 'a label key is needed: prefix/name');
const processors = z.string().regex(/^([1-9]\d*m|\d+(\.\d{1,3})?)$/, 'processors as 500m, 1 or 1.5');
/** A tag can be moved to other bytes, a digest cannot. */
const image = z.string().regex(/^[a-z0-9][a-z0-9.:/_-]*@sha256:[0-9a-f]{64}$/, 'an image by digest is needed: name@sha256:…');

const Toleration = z.strictObject({
  key: labelKey,
  operator: z.enum(['Exists', 'Equal']),
  value: labelValue.optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
});

/** A row of the profile table: what a pod gets. Orders name a row and can say nothing of what is in it (platform KJ-9, SE-10). */
export const PodProfile = z.strictObject({
  image,
  /** The limit, and what is reserved where `cpuRequest` is not set. */
  cpu: processors,
  cpuRequest: processors.optional(),
  /** What is reserved of the memory that an order may take, which few jobs come near; all of it where absent. */
  memoryRequestMb: z.int().min(1).optional(),
  /** Whole devices by the name that the node advertises: `nvidia.com/gpu`, or a MIG slice as `nvidia.com/mig-1g.10gb`. */
  accelerator: z
    .strictObject({
      resource: z
        .string()
        .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\/[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, 'an extended resource is needed: vendor/name'),
      count: z.int().min(1).max(16),
    })
    .optional(),
  nodeSelector: z.record(labelKey, labelValue).default({}),
  tolerations: z.array(Toleration).default([]),
  /** `/dev/shm`, at most a quarter of the memory; an eighth of the order's disk where absent. */
  shmMb: z.int().min(1).optional(),
  /** `/input` where the order does not say. */
  inputMb: z.int().min(1).default(4096),
  /** Most pods of this row that one process has at a time; the cluster alone limits where it is not set. */
  slots: z.int().min(1).optional(),
  /** A LocalQueue of Kueue in both namespaces. */
  queue: dnsName.optional(),
  /** Instead of the settings' for nodes that need another one. */
  runtimeClass: dnsName.optional(),
  /** Instead of the settings': a PriorityClass. */
  priorityClass: dnsName.optional(),
  /** Instead of the settings': `false` for nodes that can do user namespaces, `true` for those that cannot (some GPUs and runtime classes). */
  hostUsers: z.boolean().optional(),
});
export type PodProfile = z.infer<typeof PodProfile>;

/** How long what may pass by itself is waited for, in seconds. */
const Graces = z.strictObject({
  /** An image that cannot be pulled, a container that cannot be configured. */
  image: z.int().min(1).default(300),
  /** A pod that no node has room for, or that a quota holds back. */
  unschedulable: z.int().min(1).default(1800),
  /** A pod that admission refuses: service accounts and webhooks come up late. */
  refused: z.int().min(1).default(30),
  /** A pod on a node that says nothing, after it should have been gone. */
  lostNode: z.int().min(1).default(300),
  /** A Job in its queue: whoever waits for it gives up then, so that one which is older is nobody's. */
  queue: z.int().min(1).default(86_400),
  /** A Job that nobody holds, after its end, its deadline or its time in a queue. */
  orphan: z.int().min(1).default(600),
});
export type Graces = z.infer<typeof Graces>;

/** Everything about pods that an operator decides. Unknown keys and bad grammar are refused before anything starts. */
export const PodSettings = z
  .strictObject({
    /** The name of the installation, in the label by which its Jobs are found. */
    instance: dnsLabel,
    /** Sets it apart from another one that was given the same name by mistake: neither sees Jobs of the other. */
    owner: labelValue.optional(),
    namespaces: z.strictObject({ solve: dnsLabel, grade: dnsLabel }),
    profiles: z.record(dnsLabel, PodProfile).refine((rows) => Object.keys(rows).length > 0, 'at least one profile is needed'),
    /** The only images that pods may run; each profile's is one of them. */
    images: z.array(image).min(1),
    /** The server in the image and its arguments. */
    command: z.array(z.string().min(1)).min(1),
    /** Where it listens; told to it as `MLE_ENV_PORT`. */
    port: z.int().min(1024).max(65_535).default(7070),
    /** The group of all containers, by number. */
    gid: z.int().min(1000).max(2_147_483_647).default(65_532),
    /** The users of containers, by number: one a pod, since the kernel of a node counts processes by user, over all of its pods. They exist nowhere else. */
    users: z
      .strictObject({ first: z.int().min(1000).max(2_147_483_647), count: z.int().min(1) })
      .refine(({ first, count }) => first + count <= 2_147_483_648, 'numbers of users end at 2147483647')
      .default({ first: 1_000_000_000, count: 1_000_000_000 }),
    /** A RuntimeClass with a kernel of its own (gVisor, Kata), for all pods. */
    runtimeClass: dnsName.optional(),
    /** Runs untrusted code without one; shows in `isolation`. */
    allowUnsandboxed: z.boolean().default(false),
    /** An operator has seen that the network plug-in enforces NetworkPolicy; `isolation` names the doubt where not. */
    networkEnforced: z.boolean().default(false),
    /** `false`: user namespaces, where the nodes can; the cluster's default where absent. */
    hostUsers: z.boolean().optional(),
    serviceAccount: dnsName.optional(),
    imagePullSecrets: z.array(dnsName).default([]),
    priorityClass: dnsName.optional(),
    graceSeconds: Graces.prefault({}),
    /** A finished Job that nobody removed is removed by the cluster then: a safety net. */
    ttlSeconds: z.int().min(60).default(86_400),
    /** Between SIGTERM and SIGKILL. */
    terminationSeconds: z.int().min(0).max(30).default(5),
    /** Time between full lists; what is watched only shortens it. */
    listSeconds: z.number().positive().default(60),
  })
  .superRefine((settings, context) => {
    const complain = (path: PropertyKey[], message: string): void => context.addIssue({ code: 'custom', path, message });
    if (settings.namespaces.solve === settings.namespaces.grade)
      complain(['namespaces'], 'candidates and answers need a namespace each: whoever runs in one may be let into the other');
    for (const [name, profile] of Object.entries(settings.profiles))
      if (!settings.images.includes(profile.image)) complain(['profiles', name, 'image'], 'is not in images, so that no pod of this profile could run');
  });
export type PodSettings = z.infer<typeof PodSettings>;
/** As an operator writes them, with defaults left out. */
export type PodSettingsInput = z.input<typeof PodSettings>;
