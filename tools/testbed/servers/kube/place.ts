import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { underLock } from '../../lock.ts';
import { freePorts } from '../../ports.ts';
import { runTool } from '../../processes.ts';
import { noteKernelSettings, restoreKernelSettings } from './kernel-settings.ts';
import { raiseRouter, removeRouter } from './router.ts';

const PORTS = ['api', 'etcd', 'etcdPeer', 'controllerManager', 'scheduler', 'kubelet', 'kubeletHealth'] as const;
/** Ranges are taken from 10.88.0.0/16, 256 addresses each. */
const RANGES = 256;
const PREFIX = 'mls-';
/** A range is chosen by looking at those that are taken: one cluster of the machine at a time. */
const LOCK = join(tmpdir(), 'mle-smith-testbed-places.lock');

/** What one cluster has of its own on the machine, so that several run beside each other. */
export interface KubePlace {
  /** Names its bridge, its control groups and its network. */
  readonly id: string;
  /** The first three numbers of its addresses; `.1` is the machine. */
  readonly range: string;
  readonly ports: Readonly<Record<(typeof PORTS)[number], number>>;
  /** Whether its pods have Services, names, and with them a way to the API server. */
  readonly services: boolean;
}

/** The machine as pods see it. */
export function hostAddress(place: KubePlace): string {
  return `${place.range}.1`;
}

/** The place of a cluster whose state lies in `run`, with its bridge up, and the router before Services where it has those: chosen once and kept. */
export async function takePlace(run: string, services = false): Promise<KubePlace> {
  return underLock(LOCK, async () => {
    const place = (await knownPlace(run)) ?? (await newPlace(run, services));
    if ((await bridges()).length === 0) await noteKernelSettings();
    await raiseBridge(place);
    if (place.services) await raiseRouter(place);
    await writeFile(fileOf(run), JSON.stringify(place));
    return place;
  });
}

/** What a cluster whose state lies in `run` is called on the machine, also when its folder is gone. */
export function placeId(run: string): string {
  return `${PREFIX}${createHash('sha256').update(run).digest('hex').slice(0, 8)}`;
}

/** The place that an earlier start took, if any. */
export async function knownPlace(run: string): Promise<KubePlace | undefined> {
  const text = await readFile(fileOf(run), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as KubePlace);
}

/** Gives the place back: removes router and bridge, if they are there, and with the last one what kubelets set for the machine. */
export async function leavePlace({ id }: Pick<KubePlace, 'id'>): Promise<void> {
  await underLock(LOCK, async () => {
    await removeRouter(id);
    if ((await bridges()).includes(id)) await runTool('ip', ['link', 'delete', id]);
    if ((await bridges()).length === 0) await restoreKernelSettings();
  });
}

function fileOf(run: string): string {
  return join(run, 'place.json');
}

async function newPlace(run: string, services: boolean): Promise<KubePlace> {
  const id = placeId(run);
  const taken = await runTool('ip', ['-o', '-4', 'address']);
  const first = Number.parseInt(id.slice(PREFIX.length, PREFIX.length + 2), 16);
  const ranges = Array.from({ length: RANGES }, (_, step) => `10.88.${(first + step) % RANGES}`);
  const range = ranges.find((candidate) => !taken.includes(` ${candidate}.`) && !taken.includes(' 10.88.0.1/16 '));
  if (range === undefined)
    throw new Error('no addresses are left in 10.88.0.0/16: `npm run testbed down kube` in the other checkouts, or remove their bridges');
  const free = await freePorts(PORTS.length);
  return { id, range, ports: Object.fromEntries(PORTS.map((name, index) => [name, free[index]])) as KubePlace['ports'], services };
}

async function raiseBridge(place: KubePlace): Promise<void> {
  if ((await bridges()).includes(place.id)) return;
  // One of its own: else the bridge takes the lowest of its links, and who knew it before a pod came waits for ten seconds.
  await runTool('ip', ['link', 'add', place.id, 'address', hardwareAddress(place), 'type', 'bridge']);
  await runTool('ip', ['address', 'add', `${hostAddress(place)}/24`, 'dev', place.id]);
  await runTool('ip', ['link', 'set', place.id, 'up']);
}

/** Locally administered, and another one for each range. */
function hardwareAddress(place: KubePlace): string {
  const numbers = hostAddress(place)
    .split('.')
    .map((number) => Number(number).toString(16).padStart(2, '0'));
  return ['0a', '58', ...numbers].join(':');
}

/** The bridges of all clusters of the machine. */
async function bridges(): Promise<string[]> {
  const links = (await runTool('ip', ['-o', 'link', 'show', 'type', 'bridge'])).split('\n');
  return links.map((line) => line.split(': ')[1] ?? '').filter((name) => name.startsWith(PREFIX));
}
