import { parseAllDocuments } from 'yaml';
import { waitFor } from '../../testbed/index.ts';
import type { Installation } from './installation.ts';

const ENDED: readonly string[] = ['Succeeded', 'Failed'];
/** As long as nobody waits for. */
const WITHIN_SECONDS = 900;

interface TestPod {
  readonly kind?: string;
  readonly metadata: object;
  readonly spec: { readonly containers: readonly [{ readonly args: readonly string[] }] };
}

interface PodStatus {
  readonly status: { readonly phase: string };
}

/** A run from within the cluster that nobody of Helm waits for: the pod of `helm test` under another name. */
export class Caller {
  readonly #installation: Installation;
  readonly #path: string;

  private constructor(installation: Installation, name: string) {
    this.#installation = installation;
    this.#path = `${installation.path('pods')}/${name}`;
  }

  /** Starts it. Throws where the release has no test, or the cluster refuses the pod. */
  static async start(installation: Installation, name: string): Promise<Caller> {
    const { output } = await installation.helm('get', 'hooks');
    const hooks = parseAllDocuments(output).map((document) => document.toJSON() as TestPod | null);
    // The other test of the release looks at the network.
    const pod = hooks.find((object) => object?.kind === 'Pod' && object.spec.containers[0].args.includes('--within'));
    if (pod === null || pod === undefined) throw new Error(`the release has no test [helm=${output}]`);
    const [container] = pod.spec.containers;
    const args = container.args.map((word, index) => (container.args[index - 1] === '--within' ? String(WITHIN_SECONDS) : word));
    const spec = { ...pod.spec, activeDeadlineSeconds: WITHIN_SECONDS + 20, containers: [{ ...container, args }] };
    await installation.make(installation.path('pods'), { ...pod, metadata: { ...pod.metadata, name, annotations: {} }, spec });
    return new Caller(installation, name);
  }

  /** Everything that it has said so far; nothing before it runs. */
  async said(): Promise<string> {
    const { status, body } = await this.#installation.call('GET', `${this.#path}/log`);
    return status === 200 ? String(body) : '';
  }

  /** Waits until it has said something. Throws with what it said where it does not, or ends before. */
  async saying(text: string, withinMs: number): Promise<void> {
    const came = await waitFor(async () => (await this.said()).includes(text) || ENDED.includes(await this.#phase()), withinMs, 250);
    if (!came || !(await this.said()).includes(text)) throw new Error(`the run did not say so [text=${text}]: ${await this.said()}`);
  }

  /** Waits until it has ended; whether well, and what it said. */
  async ended(withinMs: number): Promise<{ readonly well: boolean; readonly said: string }> {
    let phase = '';
    await waitFor(async () => ENDED.includes((phase = await this.#phase())), withinMs, 250);
    return { well: phase === 'Succeeded', said: await this.said() };
  }

  async #phase(): Promise<string> {
    return (await this.#installation.read<PodStatus>(this.#path)).status.phase;
  }
}
