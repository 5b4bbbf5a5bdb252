import { randomUUID } from 'node:crypto';
import { describeServer } from '../../../describe-server.ts';
import type { RunningServer } from '../../../server-recipe.ts';
import { kubeCall } from '../api.ts';
import { ended, SpecJobs } from './jobs.ts';

/** Some hundred megabytes are packed once and unpacked on the node. */
const IMAGE_MS = 240_000;

/** An image on the node of the test bed. */
export interface ImageThere {
  readonly image: string;
  /** What a shell in a pod of it printed to its end. */
  logOf(command: string, withinMs: number): Promise<unknown>;
}

/** A suite about an image that `make` makes for the cluster of the test bed; a cluster of the environment has its own. */
export async function describeImage(
  what: string,
  name: string,
  make: (server: RunningServer) => Promise<string>,
  tests: (there: () => ImageThere) => void,
): Promise<void> {
  await describeServer(what, 'kube', (server) => {
    if (server.pid === undefined) {
      it.skip('is made for the cluster of the test bed: KUBECONFIG names another', () => undefined);
      return;
    }
    let image: string;
    let jobs: SpecJobs;
    beforeAll(async () => {
      image = await make(server);
      jobs = await SpecJobs.in(await kubeCall(server.address), `${name}-${randomUUID().slice(0, 8)}`);
    }, IMAGE_MS);
    afterAll(() => jobs.remove());

    const logOf: ImageThere['logOf'] = async (command, withinMs) => {
      await jobs.create(name, command, { image, runtimeClass: server.details['runtimeClass'] ?? '', memory: '512Mi' });
      return jobs.logOf(await jobs.podThat(name, ended, withinMs));
    };
    tests(() => ({ image, logOf }));

    it('is the same when it is asked for again', async () => {
      expect(await make(server)).toBe(image);
    });
  });
}
