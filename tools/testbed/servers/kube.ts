import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { underLock } from '../lock.ts';
import { homeOf } from '../places.ts';
import { birthOf, endGroup, startDetached } from '../processes.ts';
import type { RunningServer, ServerRecipe } from '../server-recipe.ts';
import { waitFor } from '../wait-for.ts';
import { listensAt } from '../ports.ts';
import { apiReady, kubeCall, type KubeCall } from './kube/api.ts';
import { baseImages } from './kube/base-images.ts';
import { componentsOf, containerdSocket, settingsOf } from './kube/components.ts';
import { makeControlGroup } from './kube/control-groups.ts';
import { kubeconfigOf, makeIdentities, NODE } from './kube/identities.ts';
import { importImage } from './kube/image.ts';
import { MACHINE } from './kube/names.ts';
import { hostAddress, knownPlace, takePlace } from './kube/place.ts';
import { bringKubernetes, checkMachine, programFolders, SERVICES_PACKAGES, VERSION } from './kube/programs.ts';
import { removeRemains } from './kube/remains.ts';

const START_MS = 180_000;
/** It is what a cluster has in place of gVisor or Kata: runc under another name, and no sandbox. */
const RUNTIME_CLASS = 'testbed';

/**
 * Kubernetes with one node on this machine: etcd, API server, controller manager, scheduler, and a kubelet on its own
 * containerd that runs pods. The node tells of `TESTBED_KUBE_GPUS` GPUs (default 1) that nobody has.
 */
export const kube: ServerRecipe = kubeRecipe('kube', 'KUBECONFIG', false);

/**
 * The same in which pods are no longer by themselves: kube-proxy, a name server, and the API server where pods reach it.
 * Whatever looks at what a sandbox can reach belongs into the other one.
 */
export const kubeServices: ServerRecipe = kubeRecipe('kube-services', 'KUBE_SERVICES_CONFIG', true);

function kubeRecipe(name: string, variable: string, services: boolean): ServerRecipe {
  // Programs and images are the same for both.
  const home = homeOf('kube');
  return {
    name,
    software: `Kubernetes ${VERSION}`,
    variable,
    detailsFrom: (environment) => ({
      busyboxImage: environment['KUBE_BUSYBOX_IMAGE'] ?? 'busybox:1.37',
      runtimeImage: environment['KUBE_RUNTIME_IMAGE'] ?? '',
      servicesImage: environment['KUBE_SERVICES_IMAGE'] ?? '',
      runtimeClass: environment['KUBE_RUNTIME_CLASS'] ?? '',
    }),
    install: () => underLock(join(home, 'programs.lock'), () => install(home, services)),
    start: (_, run) => start(name, home, run, services),
    healthy: (server) => apiReady(server.address),
    removeRemains,
  };
}

async function install(home: string, services: boolean): Promise<void> {
  await checkMachine(undefined, undefined, services ? SERVICES_PACKAGES : {});
  await bringKubernetes(home);
  await baseImages(home);
}

async function start(name: string, home: string, run: string, services: boolean): Promise<RunningServer> {
  // Pods of one that was here before and whose folder is gone would answer at the addresses of ours.
  if ((await knownPlace(run)) === undefined) await removeRemains(run);
  const place = await takePlace(run, services);
  await makeIdentities(run, place);
  await makeControlGroup(place.id);
  for (const [file, text] of Object.entries(await settingsOf(run, place))) {
    await mkdir(dirname(join(run, file)), { recursive: true });
    await writeFile(join(run, file), text);
  }
  await writeFile(join(run, 'components.json'), JSON.stringify(await componentsOf(home, run, place)));

  const log = join(run, 'kube.log');
  const environment = { ...process.env, PATH: programFolders().join(delimiter) };
  const pid = await startDetached(process.execPath, [join(import.meta.dirname, 'kube/supervise.ts'), run], log, environment);
  try {
    const images = await baseImages(home);
    await until(pid, 'containerd answers', () => listensAt(containerdSocket(run)));
    for (const folder of images.folders) await importImage(run, folder);
    await until(pid, 'the API server is ready', () => apiReady(kubeconfigOf(run)));
    await setUp(pid, await kubeCall(kubeconfigOf(run)));
    const details = { busyboxImage: images.busybox, runtimeClass: RUNTIME_CLASS, node: NODE, hostAddress: hostAddress(place) };
    return { name, address: kubeconfigOf(run), pid, details: services ? { ...details, machine: MACHINE } : details };
  } catch (cause) {
    await endGroup(pid);
    const reason = await reasonOf(run, cause as Error);
    await removeRemains(run);
    throw new Error(`Kubernetes did not start: ${reason}`, { cause });
  }
}

async function until(pid: number, what: string, condition: () => Promise<boolean>): Promise<void> {
  let dead = false;
  const came = await waitFor(async () => (dead = (await birthOf(pid)) === undefined) || condition(), START_MS, 100);
  if (dead) throw new Error(`its process ended before ${what}`);
  if (!came) throw new Error(`it took more than ${START_MS / 1000} s until ${what}`);
}

/** What a node gets that no program gives it: GPUs, a runtime class. */
async function setUp(pid: number, call: KubeCall): Promise<void> {
  await until(pid, 'the node is ready', async () => {
    const { body } = await call('GET', `/api/v1/nodes/${NODE}`);
    const conditions = (body as { status?: { conditions?: readonly { type: string; status: string }[] } }).status?.conditions;
    return conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  });
  const gpus = { 'nvidia.com/gpu': process.env['TESTBED_KUBE_GPUS'] ?? '1' };
  const told = await call('PATCH', `/api/v1/nodes/${NODE}/status`, { status: { capacity: gpus, allocatable: gpus } }, 'application/strategic-merge-patch+json');
  if (told.status !== 200) throw new Error(`the node takes no GPUs [answer=${JSON.stringify(told.body)}]`);
  const runtime = { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: RUNTIME_CLASS }, handler: 'runc' };
  const made = await call('POST', '/apis/node.k8s.io/v1/runtimeclasses', runtime);
  // Conflict: an earlier start made it.
  if (made.status !== 201 && made.status !== 409) throw new Error(`the cluster takes no runtime class [answer=${JSON.stringify(made.body)}]`);
  await until(pid, 'pods may be made', async () => (await call('GET', '/api/v1/namespaces/default/serviceaccounts/default')).status === 200);
}

/** What ended the start, with the last words of the program that ended first. */
async function reasonOf(run: string, error: Error): Promise<string> {
  const said = (await readFile(join(run, 'kube.log'), 'utf8').catch(() => '')).trim();
  const first = /^(\S+) (?:has ended|did not start)/m.exec(said)?.[1];
  const words = first === undefined ? '' : await readFile(join(run, `${first}.log`), 'utf8').catch(() => '');
  return [error.message, said, ...words.trim().split('\n').slice(-3)].filter(Boolean).join(' | ');
}
