import { join } from 'node:path';
import { runTool } from '../../processes.ts';
import { runtimeImage } from './runtime-image.ts';
import { describeImage } from './testing/describe-image.ts';

const PYTHON = join(import.meta.dirname, '../../../../.cache/venv/bin/python');
/** Everything is imported at once, on processors that others use too. */
const IMPORTS_MS = 180_000;
const INSTALLED = 'import sys, importlib.metadata as m; print(sys.version, sorted((d.name, d.version) for d in m.distributions()))';
const MODULES = 'import mle_env, sys, os, pandas, sklearn.ensemble, lightgbm, pyarrow, skimage, statsmodels.api, soundfile';
const UNCOMPILED = 'print([i.__name__ for i in list(sys.modules.values()) if getattr(i, "__cached__", None) and not os.path.exists(i.__cached__)])';
const TOOLS = 'for tool in gcc cc ld make pip pip3 apt-get; do command -v $tool; done';

await describeImage('the image of Python for pods', 'runtime', runtimeImage, (there) => {
  it(
    'has the Python of this machine and the packages of the lock file, compiled, and nothing to build or install with',
    async () => {
      const python = (code: string) => `/mle-smith/venv/bin/python -P -s -c '${code}'`;
      const log = await there().logOf([python(INSTALLED), python(`${MODULES}; ${UNCOMPILED}`), TOOLS, 'id -u'].join('; '), IMPORTS_MS);

      const here = await runTool(PYTHON, ['-P', '-s', '-c', INSTALLED]);
      expect(log).toBe(`${here}[]\n65532\n`);
      expect(there().image).toMatch(/^testbed\.local\/mle-smith-runtime@sha256:[0-9a-f]{64}$/);
    },
    IMPORTS_MS,
  );
});
