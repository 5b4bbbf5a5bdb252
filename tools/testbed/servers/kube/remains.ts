import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { birthOf, runTool } from '../../processes.ts';
import { waitFor } from '../../wait-for.ts';
import { killProcess, removeControlGroup } from './control-groups.ts';
import { leavePlace, placeId } from './place.ts';

/** What runs with the folder of a cluster among its arguments. */
const PROGRAMS = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'containerd',
  'containerd-shim-runc-v2',
  'runc',
];
/** The kubelet and the CNI library write here, wherever the rest of them is. */
const POD_LOG_LINKS = '/var/log/containers';
const CNI_RESULTS = '/var/lib/cni/results';

/**
 * Removes what the programs of a cluster leave on the machine when they have ended: containers, their shims, mounts,
 * network, control groups; also where somebody has removed its folder. Does nothing where there is nothing. Throws where a mount stays, for removing the folder
 * would reach into it.
 */
export async function removeRemains(run: string): Promise<void> {
  const id = placeId(run);
  const sockets = await shimSockets(run);
  // Before the containers, so that nothing starts another one.
  await endPrograms(run);
  await removeControlGroup(id);
  await unmountBelow(run);
  for (const socket of sockets) await rm(socket, { force: true });
  await leavePlace({ id });
  await removeForeignFiles(run, id);
}

/** The socket that each shim listens at, outside of the cluster's folder. */
async function shimSockets(run: string): Promise<string[]> {
  const bundles = join(run, 'containerd/state/io.containerd.runtime.v2.task/k8s.io');
  const names = await readdir(bundles).catch(() => []);
  const addresses = await Promise.all(names.map((name) => readFile(join(bundles, name, 'address'), 'utf8').catch(() => '')));
  return addresses.filter((address) => address.startsWith('unix://')).map((address) => address.slice('unix://'.length).trim());
}

/** Those that were killed may be on their way out; shims, and what these run, are of no group of the cluster. */
async function endPrograms(run: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
    const [program = '', ...words] = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (!PROGRAMS.includes(basename(program)) || !words.some((word) => word.includes(`${run}/`))) continue;
    killProcess(pid);
    await waitFor(async () => (await birthOf(pid)) === undefined, 10_000);
  }
}

async function unmountBelow(run: string): Promise<void> {
  const mounts = async () =>
    (await readFile('/proc/self/mounts', 'utf8'))
      .split('\n')
      .map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' '))
      .filter((target) => target.startsWith(`${run}/`));
  // The last that was mounted may lie on an earlier one.
  for (const target of (await mounts()).reverse()) await runTool('umount', ['--lazy', target]);
  const [left] = await mounts();
  if (left !== undefined) throw new Error(`a mount of the cluster does not go [path=${left}]; unmount it and start again`);
}

async function removeForeignFiles(run: string, network: string): Promise<void> {
  for (const name of await readdir(POD_LOG_LINKS).catch(() => [])) {
    const link = join(POD_LOG_LINKS, name);
    if ((await readlink(link).catch(() => '')).startsWith(`${run}/`)) await rm(link, { force: true });
  }
  const sandboxes = await readdir(join(run, 'containerd/root/io.containerd.grpc.v1.cri/sandboxes')).catch(() => []);
  for (const name of await readdir(CNI_RESULTS).catch(() => []))
    if (name.startsWith(`${network}-`) || sandboxes.some((id) => name.includes(id))) await rm(join(CNI_RESULTS, name), { force: true });
}
