import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathOf } from '../../testbed/servers/kube/programs.ts';
import { programPath } from '../programs.ts';
import type { Ended } from '../render.ts';
import { filledIn, type PageCommand, type Placeholders } from './page-commands.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** How commands begin that this machine has no way to run. */
export const NOT_WALKED: readonly string[] = ['docker '];
/** What stands on the page for something of the reader's own. */
export const STAND_INS = [
  'mongodb://user:password@mongodb.example:27017/mle-smith',
  'access-key-id=…',
  'secret-access-key=…',
  'username=…',
  'password=…',
  'api-key=…',
  'api-keys=FILE',
  'api-key=KEY',
  'registry.example/mle-smith-runtime@sha256:…',
  'values.yaml',
] as const;
export type StandIns = Readonly<Record<(typeof STAND_INS)[number], string>>;

/** A shell that types the commands of the page, with a cluster and what stands for the reader's own. */
export class PageShell {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #placeholders: Record<string, string>;
  /** Functions that were typed so far. */
  #functions = '';
  #lines = '';

  private constructor(folder: string, environment: NodeJS.ProcessEnv, placeholders: Placeholders) {
    this.#folder = folder;
    this.#environment = environment;
    this.#placeholders = { ...placeholders, 'api-keys=FILE': `api-keys=${join(folder, 'api-keys')}` };
  }

  /** Throws where there is no kubectl. */
  static async open(kubeconfig: string, placeholders: Omit<StandIns, 'api-keys=FILE' | 'api-key=KEY'>): Promise<PageShell> {
    if ((await pathOf('kubectl')) === undefined) throw Object.assign(new Error('kubectl is needed to type what the page says'), { code: 'configuration' });
    const folder = await mkdtemp(join(tmpdir(), 'page-'));
    await symlink(programPath('helm'), join(folder, 'helm'));
    const environment = { ...process.env, KUBECONFIG: kubeconfig, PATH: [folder, process.env['PATH'] ?? ''].join(delimiter) };
    return new PageShell(folder, environment, placeholders);
  }

  /** Types one command and waits for its end. Keys that it prints are kept, as a reader would. Does not throw for what the command does. */
  async type({ text }: PageCommand): Promise<Ended> {
    if (/^\w+\(\) \{/.test(text)) {
      this.#functions += `${filledIn(text, this.#placeholders)}\n`;
      return { code: 0, output: '' };
    }
    const ended = await new Promise<Ended>((resolve) => {
      const script = `set -e -o pipefail\n${this.#functions}${filledIn(text, this.#placeholders)}\n`;
      execFile('bash', ['-c', script], { cwd: ROOT, env: this.#environment, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, output: `${stdout}${stderr}` }),
      );
    });
    await this.#keepKeys(ended.output);
    return ended;
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  /** The line of a key is for the file, the key of the test for its secret. */
  async #keepKeys(output: string): Promise<void> {
    const lines = output.split('\n').map((line) => line.trim());
    const line = lines.find((candidate) => /^\S+ \S+ sha256:[0-9a-f]{64}$/.test(candidate));
    if (line === undefined) return;
    this.#lines += `${line}\n`;
    await writeFile(join(this.#folder, 'api-keys'), this.#lines, { mode: 0o600 });
    const key = lines.find((candidate) => candidate.startsWith('mlesmith_'));
    if (line.startsWith('helm-test ') && key !== undefined) this.#placeholders['api-key=KEY'] = `api-key=${key}`;
  }
}
