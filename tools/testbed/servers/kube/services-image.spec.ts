import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { servicesImage } from './services-image.ts';
import { describeImage } from './testing/describe-image.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const START_MS = 90_000;
const CLI = 'node --disable-warning=ExperimentalWarning --import @mle-smith/telemetry/start apps/cli/src/main.ts --version | grep -x "[0-9.]*"';
const FOREIGN = 'for tool in python3 gcc cc make npm npx corepack; do command -v $tool; done';
const LEFT_OUT = 'find . -name "*.spec.ts" -not -path "./node_modules/*"; ls node_modules | grep -x -e jest -e typescript -e eslint';

await describeImage('the image of services for pods', 'services', servicesImage, (there) => {
  it(
    'runs our programs with a root that nobody writes to, and has nothing of development in it',
    async () => {
      const log = await there().logOf([CLI, FOREIGN, LEFT_OUT, 'id -u', 'pwd'].join('; '), START_MS);

      const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
      expect(log).toBe(`${version}\n65532\n/app\n`);
    },
    START_MS,
  );
});
