import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { PodSettingsInput } from '@mle-smith/adapter-kubernetes';
import type { RunningServer } from '../../testbed/server-recipe.ts';
import { kubeCall, type KubeCall } from '../../testbed/servers/kube/api.ts';
import { CHART, releaseArguments, runProgram, valuesPath, type Release } from '../render.ts';

/** A row of `jobs.profiles`. */
export type ProfileValues = Partial<PodSettingsInput['profiles'][string]> & { readonly cpu: string };

/** The chart, installed on a real API server in namespaces of its own. */
export interface Installed {
  readonly release: Release & { readonly name: string; readonly namespace: string };
  readonly zones: { readonly solve: string; readonly grade: string };
  /** The image that sandboxes may have. */
  readonly image: string;
  /** The profiles that they may have: those of the values with every optional part on. */
  readonly profiles: Readonly<Record<string, ProfileValues>>;
  readonly admin: KubeCall;
  /** What whoever took over a station could do. */
  readonly station: KubeCall;
  /** Its kubeconfig. */
  readonly stationConfig: string;
  /** Runs helm; throws with what it says where it fails. */
  helm(...args: readonly string[]): Promise<string>;
  dispose(): Promise<void>;
}

/** Of no node: the image of services is nowhere here, and their pods wait. */
const NOWHERE = { 'mle-smith.io/node': 'none' };

/** Installs the chart. Services do not run. What could not be installed is removed, as far as the server lets it. */
export async function install(server: RunningServer, image = server.details['busyboxImage'] ?? '', place = tmpdir()): Promise<Installed> {
  const folder = await mkdtemp(join(place, 'installed-'));
  const namespace = `mls-${randomBytes(3).toString('hex')}`;
  const dispose = async (): Promise<void> => {
    try {
      await runProgram('helm', ['uninstall', 'r', '--namespace', namespace, '--no-hooks', '--ignore-not-found', '--kubeconfig', server.address]);
      await (
        await kubeCall(server.address)
      )('DELETE', `/api/v1/namespaces/${namespace}`);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  try {
    return { ...(await installedIn(namespace, folder, server, image)), dispose };
  } catch (error) {
    // The fault that came first is told.
    await dispose().catch(() => undefined);
    throw error;
  }
}

async function installedIn(namespace: string, folder: string, server: RunningServer, image: string): Promise<Omit<Installed, 'dispose'>> {
  const [repository = '', digest = ''] = image.split('@');
  const values = join(folder, 'values.json');
  const runtimeClass = server.details['runtimeClass'] ?? '';
  const { profiles } = (parse(await readFile(valuesPath('full'), 'utf8')) as { jobs: Pick<Installed, 'profiles'> }).jobs;
  await writeFile(values, JSON.stringify({ defaults: { nodeSelector: NOWHERE }, jobs: { image: { repository, digest }, runtimeClass, profiles } }));
  const release = { name: 'r', namespace, values: [valuesPath('least'), values], chart: CHART };
  const helm = async (...args: readonly string[]): Promise<string> => {
    const { code, output } = await runProgram('helm', [...args, '--kubeconfig', server.address]);
    if (code !== 0) throw new Error(output);
    return output;
  };
  // The hook would ask real servers by an image that is not here.
  await helm('install', ...releaseArguments(release), '--create-namespace', '--no-hooks');

  const admin = await kubeCall(server.address);
  const account = `/api/v1/namespaces/${namespace}/serviceaccounts/r-mle-smith-stations/token`;
  const { body } = await admin('POST', account, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
  const config = JSON.parse(await readFile(server.address, 'utf8')) as { users: [{ user: object }] };
  config.users[0].user = { token: (body as { status: { token: string } }).status.token };
  const stationConfig = join(folder, 'station.json');
  await writeFile(stationConfig, JSON.stringify(config), { mode: 0o600 });

  return {
    release,
    zones: { solve: `${namespace}-solve`, grade: `${namespace}-grade` },
    image,
    profiles,
    admin,
    station: await kubeCall(stationConfig),
    stationConfig,
    helm,
  };
}
