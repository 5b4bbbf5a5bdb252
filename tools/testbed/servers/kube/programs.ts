import { readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { exists, runTool } from '../../processes.ts';

const SOURCES = join(import.meta.dirname, 'src');
/** The version of Kubernetes that is built, as `src/go.mod` names it. */
export const VERSION = /k8s\.io\/kubernetes v([\d.]+)/.exec(readFileSync(join(SOURCES, 'go.mod'), 'utf8'))?.[1] ?? '';
const HYPERKUBE = `hyperkube-${VERSION}`;
/** Where CNI plugins lie: Debian's place, and everybody else's. */
const CNI_FOLDERS = ['/usr/lib/cni', '/opt/cni/bin'];
/** Each program and the Debian package that brings it. */
const PACKAGES: Readonly<Record<string, string>> = {
  etcd: 'etcd-server',
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  ip: 'iproute2',
  openssl: 'openssl',
  busybox: 'busybox-static',
  tar: 'tar',
};

/** What a cluster with Services needs besides. */
export const SERVICES_PACKAGES: Readonly<Record<string, string>> = { iptables: 'iptables', 'iptables-restore': 'iptables' };

/** Throws, with everything that this machine lacks, where no node can run. `folders` are those of programs. */
export async function checkMachine(user = process.getuid?.(), folders = programFolders(), besides: Readonly<Record<string, string>> = {}): Promise<void> {
  if (process.platform !== 'linux' || user !== 0) throw new Error('a node needs Linux and root (it makes namespaces, mounts, control groups and a bridge)');
  const lacking = new Set<string>();
  for (const [program, debian] of Object.entries({ ...PACKAGES, ...besides })) if ((await pathOf(program, folders)) === undefined) lacking.add(debian);
  if ((await cniFolder()) === undefined) lacking.add('containernetworking-plugins');
  if (lacking.size > 0) throw new Error(`these packages are needed: ${[...lacking].join(' ')}`);
}

/** Where a program lies, as the shell would find it. */
export async function pathOf(program: string, folders = programFolders()): Promise<string | undefined> {
  for (const folder of folders) if (await exists(join(folder, program))) return join(folder, program);
  return undefined;
}

/** Folders of programs: those of the shell, and those of the administrator. */
export function programFolders(): readonly string[] {
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
}

/** The folder of the CNI plugins. */
export async function cniFolder(): Promise<string | undefined> {
  for (const folder of CNI_FOLDERS) if ((await exists(join(folder, 'bridge'))) && (await exists(join(folder, 'host-local')))) return folder;
  return undefined;
}

/**
 * Brings Kubernetes into `home/bin`: one program that acts by the name it is called. It is taken from
 * `$TESTBED_HOME/kube/bin`, from `$TESTBED_KUBE_BIN` (the program, or the same packed by xz), or else built, which
 * takes some ten minutes.
 */
export async function bringKubernetes(home: string): Promise<void> {
  const bin = join(home, 'bin');
  const program = join(bin, HYPERKUBE);
  if (!(await exists(program))) {
    await mkdir(bin, { recursive: true });
    const draft = `${program}.new`;
    await (
      await source()
    )(draft);
    await chmod(draft, 0o755);
    await rename(draft, program);
  }
  for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy']) {
    await rm(join(bin, name), { force: true });
    await symlink(HYPERKUBE, join(bin, name));
  }
}

async function source(): Promise<(target: string) => Promise<unknown>> {
  const { TESTBED_HOME, TESTBED_KUBE_BIN } = process.env;
  const kept = TESTBED_HOME === undefined ? undefined : join(TESTBED_HOME, 'kube/bin', HYPERKUBE);
  if (kept !== undefined && (await exists(kept))) return (target) => copyFile(kept, target);
  if (TESTBED_KUBE_BIN === undefined || TESTBED_KUBE_BIN === '') return build;
  if (!(await exists(TESTBED_KUBE_BIN))) throw new Error(`TESTBED_KUBE_BIN names no file [path=${TESTBED_KUBE_BIN}]`);
  if (TESTBED_KUBE_BIN.endsWith('.xz')) return (target) => runTool('sh', ['-c', 'xz -dc "$1" > "$2"', 'sh', TESTBED_KUBE_BIN, target]);
  return (target) => copyFile(TESTBED_KUBE_BIN, target);
}

async function build(target: string): Promise<void> {
  console.error(
    `kube: building Kubernetes ${VERSION} with Go, which takes some ten minutes; TESTBED_KUBE_BIN may name one that is built (tools/testbed/README.md)`,
  );
  const named = (field: string, value: string) => `-X k8s.io/component-base/version.${field}=${value}`;
  const [major = '', minor = ''] = VERSION.split('.');
  const flags = ['-s -w', named('gitVersion', `v${VERSION}`), named('gitMajor', major), named('gitMinor', minor)].join(' ');
  const environment = { ...process.env, CGO_ENABLED: '0' };
  await runTool('go', ['build', '-trimpath', '-ldflags', flags, '-o', target, '.'], { cwd: SOURCES, env: environment });
}
