import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../../processes.ts';
import { PAUSE } from './components.ts';
import { imageIn, makeImage, packLayer } from './image.ts';
import { pathOf } from './programs.ts';

const BUSYBOX = 'testbed.local/busybox:1';

/** The images that every cluster has: names with digests, and where they lie packed. */
export interface BaseImages {
  readonly busybox: string;
  readonly folders: readonly string[];
}

/** Packs the machine's busybox, with its tools, and what holds a pod's network; takes what an earlier call packed. */
export async function baseImages(home: string): Promise<BaseImages> {
  const [pause, folder] = [join(home, 'images/pause'), join(home, 'images/busybox')];
  const known = await imageIn(folder);
  if (known !== undefined && (await imageIn(pause)) !== undefined) return { busybox: known, folders: [pause, folder] };
  const layer = await packLayer(join(home, 'layers/busybox.tar'), makeRoot);
  await makeImage(PAUSE, [layer], { command: ['/bin/sleep', '2147483647'], user: '65532' }, pause);
  return { busybox: await makeImage(BUSYBOX, [layer], { command: ['sh'] }, folder), folders: [pause, folder] };
}

/** Puts a static busybox and its tools into `root/bin`. Throws where this machine's is not static. */
export async function addBusybox(root: string): Promise<void> {
  const busybox = (await pathOf('busybox')) ?? '';
  if ((await runTool('sh', ['-c', 'ldd "$1" 2>&1 || :', 'sh', busybox])).includes('=>')) throw new Error('a static busybox is needed (package busybox-static)');
  await mkdir(join(root, 'bin'), { recursive: true });
  await copyFile(busybox, join(root, 'bin/busybox'));
  await chmod(join(root, 'bin/busybox'), 0o755);
  // A static wget looks for a library of names that is not there, and crashes.
  const tools = (await runTool(busybox, ['--list'])).split('\n').filter((tool) => !['', 'busybox', 'wget'].includes(tool));
  for (const tool of tools) await symlink('busybox', join(root, 'bin', tool));
}

/** Users, and a folder for anybody's files. */
export async function addUsers(root: string): Promise<void> {
  await mkdir(join(root, 'etc'));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\nnonroot:x:65532:65532::/tmp:/bin/sh\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnonroot:x:65532:\n');
  await mkdir(join(root, 'tmp'));
  await chmod(join(root, 'tmp'), 0o1777);
}

async function makeRoot(root: string): Promise<void> {
  await addBusybox(root);
  await addUsers(root);
}
