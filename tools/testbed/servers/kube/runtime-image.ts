import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { underLock } from '../../lock.ts';
import { homeOf } from '../../places.ts';
import { runTool } from '../../processes.ts';
import type { RunningServer } from '../../server-recipe.ts';
import { addBusybox, addUsers } from './base-images.ts';
import { contents, keyOf, removeOthers } from './image-keys.ts';
import { imageIn, importImage, makeImage, packLayer } from './image.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const PYTHON = join(ROOT, '.cache/venv/bin/python');
const LOCK_FILE = join(ROOT, 'libs/mle-env/requirements.lock');
const SOURCES = join(ROOT, 'libs/mle-env/src');
const GATHERER = join(import.meta.dirname, 'runtime_root.py');
const NAME = 'testbed.local/mle-smith-runtime';

/**
 * The image in which jobs run Python: the interpreter and the packages of `.cache/venv` and `mle_env`, so that a pod
 * computes what a sandbox of this machine does. Makes it where it is not made yet, gives it to the node, and resolves
 * to its name with digest. A cluster of the environment has the one of `KUBE_RUNTIME_IMAGE`; throws where that is not set.
 */
export async function runtimeImage(server: RunningServer): Promise<string> {
  if (server.pid === undefined) {
    const { runtimeImage: named = '' } = server.details;
    if (named === '')
      throw new Error('KUBE_RUNTIME_IMAGE must name the image that deploy/docker/runtime.Dockerfile makes, for a cluster that KUBECONFIG names');
    return named;
  }
  const { name, folder } = await packRuntimeImage(homeOf('kube'));
  const run = dirname(server.address);
  await underLock(join(run, 'images.lock'), () => importImage(run, folder));
  return name;
}

/** Packs the image below `home`, or finds it packed: its name with digest, and the folder of its OCI layout. */
export async function packRuntimeImage(home: string): Promise<{ readonly name: string; readonly folder: string }> {
  return underLock(join(home, 'runtime-image.lock'), async () => {
    const version = (await runTool(PYTHON, ['-c', 'import sys; print(sys.version)'])).trim();
    const settings = await readFile(import.meta.filename);
    const python = keyOf([await readFile(LOCK_FILE), await readFile(GATHERER), settings, version]);
    const sources = keyOf([python, ...(await contents(SOURCES))]);
    const folder = join(home, 'images', `runtime-${sources}`);
    const known = await imageIn(folder);
    if (known !== undefined) return { name: known, folder };

    await removeOthers(join(home, 'layers'), 'runtime-', [python, sources]);
    await removeOthers(join(home, 'images'), 'runtime-', []);
    const layers = [
      await packLayer(join(home, 'layers', `runtime-python-${python}.tar`), gatherPython),
      await packLayer(join(home, 'layers', `runtime-sources-${sources}.tar`), gatherSources),
    ];
    const name = await makeImage(
      `${NAME}:${sources}`,
      layers,
      {
        command: ['/mle-smith/venv/bin/python'],
        user: '65532:65532',
        environment: ['LANG=C.UTF-8', 'PYTHONDONTWRITEBYTECODE=1'],
        labels: { 'org.opencontainers.image.title': 'mle-smith-runtime', 'org.opencontainers.image.version': version.split(' ')[0] ?? '' },
      },
      folder,
    );
    return { name, folder };
  });
}

async function gatherPython(root: string): Promise<void> {
  await runTool(PYTHON, ['-B', GATHERER, 'python', root]);
  await addBusybox(root);
  await addUsers(root);
}

async function gatherSources(root: string): Promise<void> {
  await runTool(PYTHON, ['-B', GATHERER, 'sources', SOURCES, root]);
}
