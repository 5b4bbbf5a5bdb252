import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SERVER_SETTINGS } from '@mle-smith/service';
import type { Cluster } from './cluster.ts';

/** Writes what operators' commands need for a cluster as lines for a shell: its servers, prefix, database, bucket, and a key. Only its owner may read it. */
export async function writeEnvFile(path: string, { settings, access }: Pick<Cluster, 'settings' | 'access'>): Promise<void> {
  const places = Object.values(SERVER_SETTINGS).flatMap(({ variable }) => (settings[variable] ? [[variable, settings[variable]] as const] : []));
  const lines = [...places, ['MLE_SMITH_SERVER_KEY', access.key] as const].map(([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'\n`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '', { mode: 0o600 });
  await chmod(path, 0o600);
  await writeFile(path, lines.join(''));
}
