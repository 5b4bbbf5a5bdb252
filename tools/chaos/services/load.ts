import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunReport } from '@mle-smith/contracts';
import { agentsScript } from '../../fake-openai/testing/agents-script.ts';
import { TREES, writeTrees } from '../../fake-openai/testing/trees.ts';
import { digestTree, type Counting } from '../digest-tree.ts';
import { RunFailedError } from '../disturb.ts';
import { launch } from '../launch.ts';
import { CountedEndpoint } from './counted-endpoint.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
export const PROGRAM = join(ROOT, 'mle-smith');

/** What the services are worked with: tables by rules, in sandboxes or in pods, or agents that ask a scripted model. */
export type LoadName = keyof typeof LOADS | 'none';

/** Everything reached a terminal state: something or nothing was verified. */
export const DONE: ReadonlySet<number | null> = new Set([0, 3]);

/** Verdicts and packages as a run without faults, in one process, makes them. */
export interface Oracle {
  readonly report: RunReport;
  readonly packages: ReadonlyMap<string, string>;
  /** Calls of models, which all differ; 0 where rules think. */
  readonly calls: number;
}

export interface Load {
  /** Settings of services that make them do as the oracle did. */
  readonly settings: Readonly<Record<string, string>>;
  /** Writes the datasets and gives their folders. */
  readonly datasets: (folder: string) => Promise<string[]>;
  readonly oracle: (datasets: readonly string[], out: string) => Promise<Oracle>;
  /** What of a package's files has to be as the oracle's. Everything, where it is not said. */
  readonly counting?: Counting;
}

/** Leases, so that the work of a killed process does not wait for a minute. */
const SHORT_LEASES = { MLE_SMITH_LEASE_SECONDS: '10' };

/** A verdict says what kept candidates apart from the machine, which pods and sandboxes do in ways of their own. */
const ISOLATION_ASIDE: Counting = (path, content) => {
  if (!path.endsWith('verification/execute.json')) return content;
  const { isolation: _aside, ...verdict } = JSON.parse(content.toString()) as Readonly<Record<string, unknown>>;
  return JSON.stringify(verdict);
};

/** Datasets of mixed fate: tasks that are verified and abandoned, and a dataset that is refused. */
const TABLES = {
  settings: { ...SHORT_LEASES, MLE_SMITH_MAX_TASKS: '2' },
  datasets: async (folder) => {
    const [penguins, leaflet] = [join(folder, 'penguins'), join(folder, 'leaflet')];
    await cp(join(ROOT, 'examples', 'penguins'), penguins, { recursive: true });
    await mkdir(leaflet, { recursive: true });
    await writeFile(join(leaflet, 'leaflet.csv'), `a,b,answer\n${Array.from({ length: 12 }, (_, row) => `${row},${row % 5},${row % 2}`).join('\n')}\n`);
    return [penguins, leaflet];
  },
  oracle: async (datasets, out) => ({ ...(await runHere(['run', ...datasets, '--out', out, '--max-tasks', '2'], out)), calls: 0 }),
} satisfies Load;

export const LOADS = {
  tables: TABLES,
  /** The same, with the jobs of execute in pods of a cluster (pods.ts). */
  pods: {
    ...TABLES,
    oracle: async (datasets, out) => ({ ...(await TABLES.oracle(datasets, out)), packages: await digestTree(join(out, 'tasks'), ISOLATION_ASIDE) }),
    counting: ISOLATION_ASIDE,
  },
  /** One dataset, with agents in every station that thinks. */
  agents: {
    settings: { ...SHORT_LEASES, MLE_SMITH_MAX_TASKS: '1', MLE_SMITH_ENGINE: 'llm', MLE_SMITH_MODEL: 'scripted' },
    datasets: (folder) => writeTrees(folder, 1),
    oracle: async (datasets, out) => {
      const endpoint = await scriptedEndpoint();
      try {
        const models = ['--engine', 'llm', '--base-url', endpoint.url, '--model', 'scripted'];
        const seen = await runHere(['run', ...datasets, '--out', out, '--max-tasks', '1', ...models], out);
        return { ...seen, calls: endpoint.seen.different };
      } finally {
        await endpoint.close();
      }
    },
  },
} as const satisfies Readonly<Record<string, Load>>;

/** What of a package's files has to be as the oracle's, for a load. */
export function countingOf(name: LoadName): Counting | undefined {
  const load: Load | undefined = name === 'none' ? undefined : LOADS[name];
  return load?.counting;
}

/** The model of the load `agents`. */
export function scriptedEndpoint(): Promise<CountedEndpoint> {
  return CountedEndpoint.start(agentsScript([TREES]));
}

/** Runs a command of this machine to its end. Throws `RunFailedError`. */
async function runHere(args: readonly string[], out: string): Promise<Omit<Oracle, 'calls'>> {
  const ending = await launch(PROGRAM, [...args, '--json']);
  if (!DONE.has(ending.exitCode)) throw new RunFailedError(ending, 1);
  return { report: RunReport.parse(JSON.parse(ending.stdout)), packages: await digestTree(join(out, 'tasks')) };
}
