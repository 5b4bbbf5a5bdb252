import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runTool } from '../../processes.ts';
import { containerdSocket } from './components.ts';

/** How a container of an image runs unless a pod says otherwise. */
export interface ImageSettings {
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  /** The working folder; the root where it is not given. */
  readonly folder?: string;
  /** Number of the user. */
  readonly user?: string;
  readonly environment?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** A folder as it goes into images. */
export interface Layer {
  readonly file: string;
  /** `sha256:` and the digest in hexadecimal. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const TYPE = 'application/vnd.oci.image';

/** Packs what `make` puts into an empty folder; takes what an earlier call packed into `file`. The same files give the same digest. */
export async function packLayer(file: string, make: (root: string) => Promise<void>): Promise<Layer> {
  const known = await readFile(`${file}.json`, 'utf8').catch(() => undefined);
  if (known !== undefined) return { file, ...(JSON.parse(known) as { digest: string; size: number }) };
  await mkdir(dirname(file), { recursive: true });
  // Beside the layer, for the same disk lets files be linked.
  const root = await mkdtemp(`${file}.`);
  try {
    await make(root);
    const plain = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=a+rX,go-w', '--hard-dereference', '--format=gnu'];
    await runTool('tar', [...plain, '-C', root, '-cf', file, ...(await readdir(root)).sort()]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  const hash = createHash('sha256');
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(part as Buffer);
  const packed = { digest: `sha256:${hash.digest('hex')}`, size: (await stat(file)).size };
  await writeFile(`${file}.json`, JSON.stringify(packed));
  return { file, ...packed };
}

/**
 * Makes an image of layers in `folder`, laid out as OCI says (image-spec, "image layout"), and gives its name with its
 * digest, by which pods ask for it. `name` is `HOST/NAME:TAG`.
 */
export async function makeImage(name: string, layers: readonly Layer[], settings: ImageSettings, folder: string): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  await mkdir(join(draft, 'blobs/sha256'), { recursive: true });

  for (const { file, digest } of layers) await link(file, blobOf(draft, digest));
  const environment = ['PATH=/usr/local/bin:/usr/bin:/bin', ...(settings.environment ?? [])];
  const config = await addJson(draft, `${TYPE}.config.v1+json`, {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      ...(settings.entrypoint === undefined ? {} : { Entrypoint: settings.entrypoint }),
      ...(settings.folder === undefined ? {} : { WorkingDir: settings.folder }),
      Cmd: settings.command,
      User: settings.user ?? '',
      Env: environment,
      Labels: settings.labels ?? {},
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(() => ({ created_by: 'tools/testbed' })),
  });
  const packed = layers.map(({ digest, size }) => ({ mediaType: `${TYPE}.layer.v1.tar`, digest, size }));
  const manifest = await addJson(draft, `${TYPE}.manifest.v1+json`, { schemaVersion: 2, mediaType: `${TYPE}.manifest.v1+json`, config, layers: packed });
  await writeFile(join(draft, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const named = { ...manifest, annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': name } };
  await writeFile(join(draft, 'index.json'), JSON.stringify({ schemaVersion: 2, mediaType: `${TYPE}.index.v1+json`, manifests: [named] }));

  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
  return `${baseOf(name)}@${manifest.digest}`;
}

/** The name with digest of the image in `folder`, or undefined. */
export async function imageIn(folder: string): Promise<string | undefined> {
  const index = await readFile(join(folder, 'index.json'), 'utf8').catch(() => undefined);
  if (index === undefined) return undefined;
  const { manifests } = JSON.parse(index) as { manifests: readonly [{ digest: string; annotations: Readonly<Record<string, string>> }] };
  return `${baseOf(manifests[0].annotations['io.containerd.image.name'] ?? '')}@${manifests[0].digest}`;
}

/** Gives the image in `folder` to the node of the cluster in `run`, under its tag and under its digest. Does nothing where the node has it. */
export async function importImage(run: string, folder: string): Promise<void> {
  const pinned = await imageIn(folder);
  if (pinned === undefined) throw new Error(`there is no image here [folder=${folder}]`);
  const socket = containerdSocket(run);
  if ((await runTool('ctr', ['-a', socket, '-n', 'k8s.io', 'images', 'list', '-q'])).split('\n').includes(pinned)) return;
  const pipe = 'tar -C "$1" -cf - . | ctr -a "$2" -n k8s.io images import --digests --base-name "$3" -';
  await runTool('sh', ['-c', pipe, 'sh', folder, socket, baseOf(pinned)]);
}

/** A name without its tag or digest. */
function baseOf(name: string): string {
  return name.replace(/(?:@sha256:[0-9a-f]+|:[^:/]+)$/, '');
}

async function addJson(draft: string, mediaType: string, value: object): Promise<Descriptor> {
  const text = JSON.stringify(value);
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  await writeFile(blobOf(draft, digest), text);
  return { mediaType, digest, size: Buffer.byteLength(text) };
}

function blobOf(layout: string, digest: string): string {
  return join(layout, 'blobs', digest.replace(':', '/'));
}
