import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists, runTool } from '../../processes.ts';
import { containerdSocket } from './components.ts';

/** How a container of an image runs unless a pod says otherwise. */
export interface ImageSettings {
  readonly command: readonly string[];
  /** Number of the user. */
  readonly user?: string;
  readonly environment?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const TYPE = 'application/vnd.oci.image';

/**
 * Packs folders, a layer each, into an image in `folder`, laid out as OCI says (image-spec, "image layout"), and gives
 * its name with its digest, by which pods ask for it. `name` is `HOST/NAME:TAG`. The same files give the same digest.
 */
export async function packImage(name: string, layers: readonly string[], settings: ImageSettings, folder: string): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  await mkdir(join(draft, 'blobs/sha256'), { recursive: true });

  const packed: Descriptor[] = [];
  for (const layer of layers) packed.push(await packLayer(layer, draft));
  const environment = ['PATH=/usr/local/bin:/usr/bin:/bin', ...(settings.environment ?? [])];
  const config = await addJson(draft, `${TYPE}.config.v1+json`, {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Cmd: settings.command, User: settings.user ?? '', Env: environment, Labels: settings.labels ?? {} },
    rootfs: { type: 'layers', diff_ids: packed.map(({ digest }) => digest) },
    history: packed.map(() => ({ created_by: 'tools/testbed' })),
  });
  const manifest = await addJson(draft, `${TYPE}.manifest.v1+json`, { schemaVersion: 2, mediaType: `${TYPE}.manifest.v1+json`, config, layers: packed });
  await writeFile(join(draft, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const named = { ...manifest, annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name } };
  await writeFile(join(draft, 'index.json'), JSON.stringify({ schemaVersion: 2, mediaType: `${TYPE}.index.v1+json`, manifests: [named] }));

  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
  return `${name.slice(0, name.lastIndexOf(':'))}@${manifest.digest}`;
}

/** The name with digest of an image that was packed into `folder`, or undefined. */
export async function packedImage(folder: string): Promise<string | undefined> {
  if (!(await exists(join(folder, 'index.json')))) return undefined;
  const { manifests } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as {
    manifests: readonly [{ digest: string; annotations: Readonly<Record<string, string>> }];
  };
  const name = manifests[0].annotations['io.containerd.image.name'] ?? '';
  return `${name.slice(0, name.lastIndexOf(':'))}@${manifests[0].digest}`;
}

/** Gives the image in `folder` to the node of the cluster in `run`, under its tag and under its digest. Does nothing where the node has it. */
export async function importImage(run: string, folder: string): Promise<void> {
  const pinned = await packedImage(folder);
  if (pinned === undefined) throw new Error(`no image is packed here [folder=${folder}]`);
  const client = ['-a', containerdSocket(run), '-n', 'k8s.io'];
  if ((await runTool('ctr', [...client, 'images', 'list', '-q'])).split('\n').includes(pinned)) return;
  const base = pinned.slice(0, pinned.indexOf('@'));
  const pipe = 'tar -C "$1" -cf - . | ctr -a "$2" -n k8s.io images import --digests --base-name "$3" -';
  await runTool('sh', ['-c', pipe, 'sh', folder, containerdSocket(run), base]);
}

async function packLayer(root: string, draft: string): Promise<Descriptor> {
  const file = join(draft, 'layer.tar');
  await runTool('tar', ['-C', root, '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--format=gnu', '-cf', file, '.']);
  const hash = createHash('sha256');
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(part as Buffer);
  const { size } = await stat(file);
  return addBlob(draft, `${TYPE}.layer.v1.tar`, hash.digest('hex'), size, (target) => rename(file, target));
}

async function addJson(draft: string, mediaType: string, value: object): Promise<Descriptor> {
  const text = JSON.stringify(value);
  const hex = createHash('sha256').update(text).digest('hex');
  return addBlob(draft, mediaType, hex, Buffer.byteLength(text), (target) => writeFile(target, text));
}

async function addBlob(draft: string, mediaType: string, hex: string, size: number, write: (target: string) => Promise<void>): Promise<Descriptor> {
  await write(join(draft, 'blobs/sha256', hex));
  return { mediaType, digest: `sha256:${hex}`, size };
}
