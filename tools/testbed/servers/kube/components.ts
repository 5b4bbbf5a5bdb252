import { join } from 'node:path';
import { cniFolder, pathOf } from './programs.ts';
import { apiAddress, keyFiles, kubeconfigOf, NODE } from './identities.ts';
import { hostAddress, type KubePlace } from './place.ts';
import { DOMAIN } from './names.ts';
import { inRouter, routerAddress, SERVICE_ADDRESSES } from './router.ts';

/** The image of the container that holds a pod's network. */
export const PAUSE = 'testbed.local/pause:1';

/** One program of a cluster. */
export interface Component {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  /** Started when the API server and the container runtime answer. */
  readonly late: boolean;
}

/** Where containerd of a cluster listens. */
export function containerdSocket(run: string): string {
  return join(run, 'containerd.sock');
}

/** The programs of a cluster in the order of their start. `home` holds Kubernetes, `run` the state. */
export async function componentsOf(home: string, run: string, place: KubePlace): Promise<readonly Component[]> {
  const keys = keyFiles(run);
  const { ports } = place;
  const etcd = `http://127.0.0.1:${ports.etcd}`;
  const kubernetes = (name: string) => join(home, 'bin', name);
  const early = async (name: string, flags: readonly string[]): Promise<Component> => ({
    name,
    program: (await pathOf(name)) ?? kubernetes(name),
    arguments: flags,
    late: false,
  });
  const late = (name: string, flags: readonly string[]): Component => ({ name, program: kubernetes(name), arguments: flags, late: true });
  return [
    await early('etcd', [
      `--data-dir=${join(run, 'etcd')}`,
      `--listen-client-urls=${etcd}`,
      `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${ports.etcdPeer}`,
      // What a crash of the machine would lose is of no use after it.
      '--unsafe-no-fsync',
    ]),
    await early('containerd', [`--config=${join(run, 'containerd.toml')}`]),
    {
      ...late('kube-apiserver', [
        `--etcd-servers=${etcd}`,
        `--bind-address=${apiAddress(place)}`,
        `--secure-port=${ports.api}`,
        ...(place.services
          ? [`--advertise-address=${apiAddress(place)}`]
          : // Nothing routes to it: there is no service network.
            ['--advertise-address=10.96.255.1', '--endpoint-reconciler-type=none']),
        `--service-cluster-ip-range=${SERVICE_ADDRESSES}`,
        `--tls-cert-file=${keys.certificate}`,
        `--tls-private-key-file=${keys.key}`,
        `--token-auth-file=${keys.tokens}`,
        '--authorization-mode=Node,RBAC',
        '--enable-admission-plugins=NodeRestriction',
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-key-file=${keys.serviceAccounts}`,
        `--service-account-signing-key-file=${keys.serviceAccounts}`,
        '--kubelet-preferred-address-types=Hostname',
        `--kubelet-client-certificate=${keys.kubeletClientCertificate}`,
        `--kubelet-client-key=${keys.kubeletClientKey}`,
        '--allow-privileged=true',
      ]),
      late: false,
    },
    late('kube-controller-manager', [
      `--kubeconfig=${kubeconfigOf(run, 'controller-manager')}`,
      `--service-account-private-key-file=${keys.serviceAccounts}`,
      `--root-ca-file=${keys.certificate}`,
      '--use-service-account-credentials=true',
      '--bind-address=127.0.0.1',
      `--secure-port=${ports.controllerManager}`,
      '--leader-elect=false',
      '--node-monitor-grace-period=40s',
      `--flex-volume-plugin-dir=${join(run, 'volume-plugins')}`,
    ]),
    late('kube-scheduler', [
      `--kubeconfig=${kubeconfigOf(run, 'scheduler')}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${ports.scheduler}`,
      '--leader-elect=false',
    ]),
    late('kubelet', [
      `--kubeconfig=${kubeconfigOf(run, 'node')}`,
      `--config=${join(run, 'kubelet.json')}`,
      `--root-dir=${join(run, 'kubelet')}`,
      `--cert-dir=${join(run, 'kubelet/pki')}`,
      `--hostname-override=${NODE}`,
      // What a pod reads as status.hostIP is where it reaches the machine.
      `--node-ip=${hostAddress(place)}`,
    ]),
    ...(place.services ? [late('kube-proxy', proxyFlags(run, place))].map((each) => inRouter(place.id, each)) : []),
  ];
}

function proxyFlags(run: string, place: KubePlace): readonly string[] {
  return [
    `--kubeconfig=${kubeconfigOf(run, 'proxy')}`,
    `--hostname-override=${NODE}`,
    '--proxy-mode=iptables',
    `--cluster-cidr=${place.range}.0/24`,
    // Answers must come back by the way of the router, which pods do not have between them.
    '--masquerade-all=true',
    '--iptables-localhost-nodeports=false',
    // The kernel's own bounds.
    ...['max-per-core=0', 'min=0', 'tcp-timeout-established=0s', 'tcp-timeout-close-wait=0s'].map((bound) => `--conntrack-${bound}`),
  ];
}

/** The settings of containerd, kubelet and network: files below `run` and what is in them. */
export async function settingsOf(run: string, place: KubePlace): Promise<Readonly<Record<string, string>>> {
  return {
    'containerd.toml': containerdSettings(run, (await cniFolder()) ?? ''),
    'kubelet.json': JSON.stringify(kubeletSettings(run, place)),
    'cni/10-bridge.conflist': JSON.stringify(network(run, place)),
  };
}

function kubeletSettings(run: string, place: KubePlace): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: '127.0.0.1',
    port: place.ports.kubelet,
    healthzBindAddress: '127.0.0.1',
    healthzPort: place.ports.kubeletHealth,
    readOnlyPort: 0,
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: keyFiles(run).certificate } },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: `unix://${containerdSocket(run)}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${place.id}`,
    failCgroupV1: false,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    ...(place.services ? { clusterDNS: [hostAddress(place)], clusterDomain: DOMAIN } : {}),
    podLogsDir: join(run, 'pod-logs'),
    volumePluginDir: join(run, 'volume-plugins'),
    maxPods: 200,
    podPidsLimit: 512,
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1Gi', 'imagefs.available': '1Gi' },
    // Images come from no registry: one that is removed does not come back.
    imageGCHighThresholdPercent: 100,
  };
}

/** No route leads out: a pod reaches other pods and, at the bridge's address, the machine; Services where there are some. */
function network(run: string, place: KubePlace): object {
  const addresses = { subnet: `${place.range}.0/24`, rangeStart: `${place.range}.2`, rangeEnd: `${place.range}.250`, gateway: hostAddress(place) };
  const routes = place.services ? { routes: [{ dst: SERVICE_ADDRESSES, gw: routerAddress(place) }] } : {};
  const ipam = { type: 'host-local', ranges: [[addresses]], ...routes, dataDir: join(run, 'addresses') };
  return { cniVersion: '0.4.0', name: place.id, plugins: [{ type: 'bridge', bridge: place.id, isGateway: false, ipMasq: false, hairpinMode: true, ipam }] };
}

function containerdSettings(run: string, plugins: string): string {
  const text = (value: string) => JSON.stringify(value);
  return `version = 2
root = ${text(join(run, 'containerd/root'))}
state = ${text(join(run, 'containerd/state'))}
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = ${text(containerdSocket(run))}
[debug]
  address = ${text(join(run, 'containerd-debug.sock'))}
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${text(PAUSE)}
  disable_apparmor = true
  # Root without CAP_SYS_RESOURCE may not lower its own score.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${text(plugins)}
    conf_dir = ${text(join(run, 'cni'))}
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = ${text(join(run, 'runc'))}
`;
}
