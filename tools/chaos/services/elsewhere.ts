/** Something that a machine without a container engine, a second node or a device cannot show. */
export interface Elsewhere {
  readonly what: string;
  /** What stands in its place on the test bed, and what that leaves open. */
  readonly here: string;
  /** What exercises it where it is to be had, and what is to be seen then. */
  readonly command: string;
}

const UPGRADE = 'helm upgrade mle-smith charts/mle-smith -n mle-smith -f values.yaml';
const TEST = 'helm test mle-smith -n mle-smith --logs';

/** What was not exercised on a bare machine, each with the command that does it elsewhere: the only list of it. */
export const ELSEWHERE: readonly Elsewhere[] = [
  {
    what: 'gVisor, Kata',
    here: 'the RuntimeClass is runc under another name; what isolates is believed of the operator',
    command: `\`kubectl run see --rm -i --restart=Never --image=busybox --overrides='{"spec":{"runtimeClassName":"gvisor"}}' -- dmesg\` names gVisor (with Kata \`uname -r\` is not the node’s); then \`${UPGRADE} --set jobs.runtimeClass=gvisor\` and \`${TEST}\``,
  },
  {
    what: 'a network plug-in that enforces NetworkPolicy',
    here: 'nothing enforces it: the policies are taken by a real API server, and every pod reaches everything that has a route',
    command: `\`${TEST}\` with \`jobs.networkEnforced: true\` fails where nothing enforces it; \`see mle-smith-solve\` and \`see mle-smith-grade\` of [the guards](../operations/kubernetes.md#what-guards-what) say \`closed\`, not \`OPEN\``,
  },
  {
    what: 'a real GPU',
    here: 'the node tells of one and has none: it is scheduled, waited for and freed, and never opened',
    command: `\`kubectl run see --rm -i --restart=Never --image=IMAGE --overrides='{"spec":{"containers":[{"name":"see","image":"IMAGE","command":["nvidia-smi","-L"],"resources":{"limits":{"nvidia.com/gpu":"1"}}}]}}'\` with the profile’s image shows the one device or slice; \`KUBECONFIG=FILE KUBE_RUNTIME_IMAGE=IMAGE npm run test:long -- gpu-profile\` runs a stage on it. A candidate that calls \`cuInit\` should get 0`,
  },
  {
    what: 'several nodes: one that goes away, a drain that moves pods, a scheduler that preempts',
    here: 'one node; its pods are evicted (row 27), and a node that is not heard of is a fault of the API',
    command:
      '`kubectl drain NODE --ignore-daemonsets --delete-emptydir-data` while `./mle-smith run DIR --server URL` is at work, and once more with the node switched off: its tasks are verified, `show` has `retry` `pod_lost`',
  },
  {
    what: 'Kueue',
    here: 'a suspended Job is a spec; nobody admits it',
    command: `\`${UPGRADE} --set jobs.profiles.cpu.queue=QUEUE\`, then \`kubectl -n mle-smith-solve get workloads,jobs -w\` beside \`${TEST}\`: Jobs are admitted one after the other`,
  },
  {
    what: 'images that an engine built, their SBOM, pulling from a registry',
    here: 'images are made from the words of the same Dockerfiles with Node and Python of the machine, and given to the node',
    command: `the two \`docker buildx build\` of [the images](../operations/kubernetes.md#the-two-images), their digests in \`values.yaml\`, \`helm install\` and \`${TEST}\``,
  },
  {
    what: 'KEDA and the HorizontalPodAutoscaler at work, an adapter of external metrics, the kinds of KEDA and the Prometheus operator against their own schemas',
    here: 'objects are rendered and looked at; the HorizontalPodAutoscaler is taken by a real API server that has no metrics',
    command: `\`${UPGRADE} --set services.execute.autoscaling.kind=keda --set services.execute.autoscaling.prometheusAddress=URL\` (or \`hpa\`), then \`kubectl -n mle-smith get scaledobjects,hpa,deploy -w\` while many datasets wait`,
  },
  {
    what: 'user namespaces (`hostUsers: false`)',
    here: 'the policy and the manifest are specs; no pod ran with them',
    command: `\`${UPGRADE} --set jobs.profiles.cpu.hostUsers=false\` and \`${TEST}\``,
  },
  {
    what: 'names of Services by CoreDNS',
    here: 'a name server of the test bed answers in its place',
    command: `\`${TEST}\``,
  },
];
