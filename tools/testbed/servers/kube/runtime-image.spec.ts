import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describeServer } from '../../describe-server.ts';
import { runTool } from '../../processes.ts';
import { kubeCall } from './api.ts';
import { runtimeImage } from './runtime-image.ts';
import { ended, SpecJobs } from './testing/jobs.ts';

const PYTHON = join(import.meta.dirname, '../../../../.cache/venv/bin/python');
/** Half a gigabyte is packed once and unpacked on the node. */
const IMAGE_MS = 240_000;
/** Everything is imported at once, on processors that others use too. */
const IMPORTS_MS = 180_000;
const INSTALLED = 'import sys, importlib.metadata as m; print(sys.version, sorted((d.name, d.version) for d in m.distributions()))';
const MODULES = 'import mle_env, sys, os, pandas, sklearn.ensemble, lightgbm, pyarrow, skimage, statsmodels.api, soundfile';
const UNCOMPILED = 'print([i.__name__ for i in list(sys.modules.values()) if getattr(i, "__cached__", None) and not os.path.exists(i.__cached__)])';
const TOOLS = 'for tool in gcc cc ld make pip pip3 apt-get; do command -v $tool; done';

await describeServer('the image of Python for pods', 'kube', (server) => {
  if (server.pid === undefined) {
    it.skip('is made for the cluster of the test bed: KUBECONFIG names another', () => undefined);
    return;
  }
  let image: string;
  let jobs: SpecJobs;
  beforeAll(async () => {
    image = await runtimeImage(server);
    jobs = await SpecJobs.in(await kubeCall(server.address), `runtime-${randomUUID().slice(0, 8)}`);
  }, IMAGE_MS);
  afterAll(() => jobs.remove());

  it(
    'has the Python of this machine and the packages of the lock file, compiled, and nothing to build or install with',
    async () => {
      const python = (code: string) => `/mle-smith/venv/bin/python -P -s -c '${code}'`;
      const command = [python(INSTALLED), python(`${MODULES}; ${UNCOMPILED}`), TOOLS, 'id -u'].join('; ');
      await jobs.create('python', command, { image, runtimeClass: server.details['runtimeClass'] ?? '', memory: '512Mi' });

      const pod = await jobs.podThat('python', ended, IMPORTS_MS);

      const here = await runTool(PYTHON, ['-P', '-s', '-c', INSTALLED]);
      expect(await jobs.logOf(pod)).toBe(`${here}[]\n65532\n`);
      expect(image).toMatch(/^testbed\.local\/mle-smith-runtime@sha256:[0-9a-f]{64}$/);
    },
    IMPORTS_MS,
  );

  it('is the same when it is asked for again', async () => {
    expect(await runtimeImage(server)).toBe(image);
  });
});
