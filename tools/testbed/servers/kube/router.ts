import { runTool } from '../../processes.ts';
import type { Component } from './components.ts';
import type { KubePlace } from './place.ts';

/** Addresses of Services. */
export const SERVICE_ADDRESSES = '10.96.0.0/16';

/** Where pods send what is for a Service. */
export function routerAddress({ range }: Pick<KubePlace, 'range'>): string {
  return `${range}.254`;
}

/**
 * Raises a network of its own on the bridge of a cluster, with nothing in it but the rules of kube-proxy: rules for
 * Services hold for a whole network, and that of the machine belongs to all clusters. Does nothing where it is up.
 */
export async function raiseRouter(place: KubePlace): Promise<void> {
  const { id } = place;
  if ((await routers()).includes(id)) return;
  await runTool('ip', ['netns', 'add', id]);
  await runTool('ip', ['link', 'add', linkOf(id), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', id]);
  await runTool('ip', ['link', 'set', linkOf(id), 'master', id, 'up']);
  const within = (...words: string[]): Promise<string> => runTool('ip', ['-n', id, ...words]);
  await within('address', 'add', `${routerAddress(place)}/24`, 'dev', 'eth0');
  for (const link of ['lo', 'eth0']) await within('link', 'set', link, 'up');
  await runTool('ip', ['netns', 'exec', id, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']);
}

/** Removes the network with all its rules; does nothing where it is not. */
export async function removeRouter(id: string): Promise<void> {
  if (!(await routers()).includes(id)) return;
  await runTool('ip', ['netns', 'delete', id]);
  // The kernel ends the other half some time later; whoever looks meanwhile would find it.
  await runTool('ip', ['link', 'delete', linkOf(id)]).catch(() => undefined);
}

/** The same program within the network of the router. */
export function inRouter(id: string, component: Component): Component {
  return { ...component, program: 'ip', arguments: ['netns', 'exec', id, component.program, ...component.arguments] };
}

function linkOf(id: string): string {
  return `${id}-r`;
}

async function routers(): Promise<string[]> {
  return (await runTool('ip', ['netns', 'list'])).split('\n').map((line) => line.split(' ')[0] ?? '');
}
