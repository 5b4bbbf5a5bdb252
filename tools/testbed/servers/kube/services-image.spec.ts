import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeServer } from '../../describe-server.ts';
import { kubeCall } from './api.ts';
import { servicesImage } from './services-image.ts';
import { ended, SpecJobs } from './testing/jobs.ts';

const ROOT = join(import.meta.dirname, '../../../..');
/** A third of a gigabyte is packed once and unpacked on the node. */
const IMAGE_MS = 240_000;
const START_MS = 90_000;
const CLI = 'node --disable-warning=ExperimentalWarning --import @mle-smith/telemetry/start apps/cli/src/main.ts --version | grep -x "[0-9.]*"';
const FOREIGN = 'for tool in python3 gcc cc make npm npx corepack; do command -v $tool; done';
const LEFT_OUT = 'find . -name "*.spec.ts" -not -path "./node_modules/*"; ls node_modules | grep -x -e jest -e typescript -e eslint';

await describeServer('the image of services for pods', 'kube', (server) => {
  if (server.pid === undefined) {
    it.skip('is made for the cluster of the test bed: KUBECONFIG names another', () => undefined);
    return;
  }
  let image: string;
  let jobs: SpecJobs;
  beforeAll(async () => {
    image = await servicesImage(server);
    jobs = await SpecJobs.in(await kubeCall(server.address), `services-${randomUUID().slice(0, 8)}`);
  }, IMAGE_MS);
  afterAll(() => jobs.remove());

  it(
    'runs our programs with a root that nobody writes to, and has nothing of development in it',
    async () => {
      const command = [CLI, FOREIGN, LEFT_OUT, 'id -u', 'pwd'].join('; ');
      await jobs.create('services', command, { image, runtimeClass: server.details['runtimeClass'] ?? '', memory: '512Mi' });

      const pod = await jobs.podThat('services', ended, START_MS);

      const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
      expect(await jobs.logOf(pod)).toBe(`${version}\n65532\n/app\n`);
    },
    START_MS,
  );

  it('is the same when it is asked for again', async () => {
    expect(await servicesImage(server)).toBe(image);
  });
});
