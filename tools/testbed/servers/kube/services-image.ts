import { copyFile, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { underLock } from '../../lock.ts';
import { homeOf } from '../../places.ts';
import { exists, runTool } from '../../processes.ts';
import type { RunningServer } from '../../server-recipe.ts';
import { addBusybox, addUsers } from './base-images.ts';
import { stageOf } from './dockerfile.ts';
import { contents, keyOf, removeOthers } from './image-keys.ts';
import { imageIn, importImage, makeImage, packLayer } from './image.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const DOCKERFILE = join(ROOT, 'deploy/docker/Dockerfile');
const IGNORED = join(ROOT, '.dockerignore');
const LOCK_FILE = join(ROOT, 'package-lock.json');
const NAME = 'testbed.local/mle-smith';
const PACKAGES = 'node_modules';

/**
 * The image of all services without Python (their jobs run in pods), as the stage `kubernetes` of deploy/docker/Dockerfile
 * says, with the Node that runs here. Makes it where it is not made yet, gives it to the node, and resolves to its name with
 * digest. A cluster of the environment has the one of `KUBE_SERVICES_IMAGE`; throws where that is not set.
 */
export async function servicesImage(server: RunningServer): Promise<string> {
  if (server.pid === undefined) {
    const { servicesImage: named = '' } = server.details;
    if (named === '') throw new Error('KUBE_SERVICES_IMAGE must name the image that deploy/docker/Dockerfile makes, for a cluster that the environment names');
    return named;
  }
  const { name, folder } = await packServicesImage(homeOf('kube'));
  const run = dirname(server.address);
  await underLock(join(run, 'images.lock'), () => importImage(run, folder));
  return name;
}

/** Packs the image below `home`, or finds it packed: its name with digest, and the folder of its OCI layout. */
export async function packServicesImage(home: string): Promise<{ readonly name: string; readonly folder: string }> {
  return underLock(join(home, 'services-image.lock'), async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const dockerfile = await readFile(DOCKERFILE, 'utf8');
    const stage = stageOf(dockerfile, 'kubernetes', { VERSION: version });
    const takes = takenBy(await readFile(IGNORED, 'utf8'));
    const names = stage.copies.filter((name) => name !== PACKAGES);
    const how = [await readFile(import.meta.filename), stage.folder];

    const base = keyOf([...how, process.version]);
    const packages = keyOf([...how, await readFile(LOCK_FILE)]);
    const files = (await Promise.all(names.map((name) => partsOf(name, takes)))).flat();
    const sources = keyOf([base, packages, dockerfile, ...files]);
    const folder = join(home, 'images', `services-${sources}`);
    const known = await imageIn(folder);
    if (known !== undefined) return { name: known, folder };

    await removeOthers(join(home, 'layers'), 'services-', [base, packages, sources]);
    await removeOthers(join(home, 'images'), 'services-', []);
    const inside = (root: string): string => join(root, stage.folder);
    const layers = [
      await packLayer(join(home, 'layers', `services-node-${base}.tar`), gatherNode),
      await packLayer(join(home, 'layers', `services-packages-${packages}.tar`), (root) => gatherPackages(inside(root))),
      await packLayer(join(home, 'layers', `services-sources-${sources}.tar`), (root) => gatherSources(names, takes, inside(root))),
    ];
    const { entrypoint, command, user, environment, labels } = stage;
    const name = await makeImage(`${NAME}:${sources}`, layers, { entrypoint, command, user, environment, labels, folder: stage.folder }, folder);
    return { name, folder };
  });
}

/** Node and the libraries that it is linked with, a shell, users. */
async function gatherNode(root: string): Promise<void> {
  const program = process.execPath;
  await mkdir(join(root, 'usr/local/bin'), { recursive: true });
  await copyFile(program, join(root, 'usr/local/bin/node'));
  for (const name of ['lib', 'lib64']) {
    await mkdir(join(root, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(root, name));
  }
  for (const library of (await runTool('ldd', [program])).match(/\/(?:usr\/)?lib\S+/g) ?? []) {
    const target = join(root, library.replace(/^\/usr/, '').replace(/^/, 'usr'));
    await mkdir(dirname(target), { recursive: true });
    await copyFile(library, target);
  }
  await addBusybox(root);
  await addUsers(root);
}

/** What the lock file says beside what is for development only; workspaces are links. */
async function gatherPackages(app: string): Promise<void> {
  const { packages } = JSON.parse(await readFile(LOCK_FILE, 'utf8')) as { packages: Readonly<Record<string, { readonly dev?: boolean }>> };
  // What lies in a package comes with it.
  const wanted = Object.entries(packages).filter(([path, { dev }]) => dev !== true && /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path));
  const there = (await Promise.all(wanted.map(async ([path]) => ((await exists(join(ROOT, path))) ? path : undefined)))).filter((path) => path !== undefined);
  await mkdir(app, { recursive: true });
  // Times are those of the layer; linked files take no room.
  await runTool('sh', ['-c', 'cd "$1" && target=$2 && shift 2 && cp -al --parents "$@" "$target"', 'sh', ROOT, app, ...there]);
}

async function gatherSources(names: readonly string[], takes: (name: string) => boolean, app: string): Promise<void> {
  for (const name of names)
    for (const file of await filesOf(name, takes)) {
      await mkdir(dirname(join(app, file)), { recursive: true });
      await copyFile(join(ROOT, file), join(app, file));
    }
}

async function partsOf(name: string, takes: (name: string) => boolean): Promise<(string | Buffer)[]> {
  const files = await filesOf(name, takes);
  return files.length === 1 && files[0] === name ? [name, await readFile(join(ROOT, name))] : [name, ...(await contents(join(ROOT, name), takes))];
}

/** The files of a folder of the repository, or the file itself, that go into images. */
async function filesOf(name: string, takes: (name: string) => boolean): Promise<string[]> {
  const entries = await readdir(join(ROOT, name), { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [name];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .filter((file) => file.split('/').every(takes))
    .sort();
}

/** What .dockerignore leaves out wherever it lies: its lines of the form `**` `/NAME`. */
function takenBy(ignored: string): (name: string) => boolean {
  const patterns = ignored
    .split('\n')
    .filter((line) => line.startsWith('**/'))
    .map((line) => new RegExp(`^${line.slice('**/'.length).replaceAll('.', '\\.').replaceAll('*', '.*')}$`));
  return (name) => !patterns.some((pattern) => pattern.test(basename(name)));
}
