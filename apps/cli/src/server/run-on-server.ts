import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { FilesystemArtifactStore } from '@mle-smith/adapter-filesystem';
import type { RunReport, SubjectDetail } from '@mle-smith/contracts';
import { funnelOf } from '@mle-smith/stage-runtime';
import { CliError } from '../cli-error.ts';
import { nameDatasets } from '../datasets.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { publishTask, sweepDrafts } from '../publish.ts';
import { endOfRun, writeReports } from '../report/write-reports.ts';
import { progressFor, RunProgress } from '../run-progress.ts';
import type { Surroundings } from '../surroundings.ts';
import { makeRunDirectory, runFolders } from '../workshop.ts';
import { clientOf } from './archive-on-server.ts';
import type { Client } from './client.ts';
import { allRows, followDatasets } from './follow.ts';
import { fetchDocuments, fetchPackage } from './mirror.ts';
import { News } from './news.ts';
import { noteServer } from './noted-server.ts';
import { notInTime, waitingFor } from './not-in-time.ts';
import { patiently, type Patience } from './patience.ts';
import { withAllSteps } from './steps.ts';
import { uploadDataset } from './upload.ts';

/** Longest that a gateway may be away while it is followed, ms: restarts and updates take less. */
const LONGEST_SILENCE_MS = 10 * 60_000;

export interface ServerRunOptions {
  readonly server: string;
  readonly out: string;
  readonly json: boolean;
  /** Seconds after which nobody waits any longer; for as long as it takes where it is not given. */
  readonly within?: number | undefined;
}

/** Sends datasets to a server, follows them to their end, and leaves what a run on this machine leaves: packages below tasks/ and a report. */
export async function runOnServer(paths: readonly string[], { server, out, json, within }: ServerRunOptions, around: Surroundings): Promise<number> {
  const started = performance.now();
  const datasets = await nameDatasets(paths);
  const client = clientOf(server, around);
  const folders = runFolders(out);
  await makeRunDirectory(out);
  await refuseLocalRun(folders.state, folders.root);
  await noteServer(folders.state, client.server);
  const artifacts = await FilesystemArtifactStore.open(folders.artifacts);
  await sweepDrafts(folders.tasks);
  const progress = new RunProgress(json ? progressFor('silent', around) : progressFor(around.terminal ? 'terminal' : 'lines', around));
  const stop = new AbortController();
  const ignore = around.onInterrupt(() => stop.abort(new Error('interrupted')));
  const again = commandOf(paths, client.server, out);
  const patience: Patience = {
    onSilence: () => progress.say('the gateway does not answer; the work goes on; trying again'),
    longestMs: LONGEST_SILENCE_MS,
    signal: stop.signal,
  };
  let news: News | undefined;
  let submitted = false;
  const states = new Map<string, string>();
  let late = false;
  const clock = within === undefined ? undefined : setTimeout(() => ((late = true), stop.abort(new Error('late'))), within * 1_000);
  const left = (last?: unknown): number => {
    if (late) throw notInTime(client.server, within ?? 0, states, last);
    return stopped(again, states, around);
  };
  try {
    progress.begin(datasets.length, [], `at ${client.server}`, folders.root);
    for (const dataset of datasets) await uploadDataset(client, dataset, stop.signal);
    submitted = true;
    news = new News(client);
    const ids = datasets.map(({ id }) => id);
    const ended = await followDatasets(
      client,
      ids,
      news,
      {
        onRow: ({ id, state }) => states.set(id, state),
        onStep: (id, step) => progress.step(id, step),
        onVerified: async (id) => {
          const detail = await client.ask('showTask', { params: { id }, signal: stop.signal });
          await publishTask(artifacts, await fetchPackage(client, detail, artifacts, stop.signal), folders.tasks, id);
        },
      },
      patience,
    );
    if (!ended) return left();
    const subjects = await patiently(() => subjectsOf(client, ids, stop.signal), patience);
    for (const subject of subjects) await patiently(() => fetchDocuments(client, subject, artifacts, stop.signal), patience);
    progress.close();
    const history = new Map(subjects.map((subject) => [subject.id, subject.history]));
    const state = {
      list: async () => [...subjects],
      history: async (id: string) => history.get(id) ?? [],
      funnel: () => funnelOf({ page: async () => ({ records: subjects as never, next: undefined }) }),
    };
    const seconds = (performance.now() - started) / 1000;
    const report = await writeReports(state, artifacts, folders, { seconds, version: around.config.version, models: modelsOf(subjects) });
    return endOfRun(report, folders, json, around);
  } catch (error) {
    if (error instanceof CliError && error.code === 'not_in_time') throw error;
    if (stop.signal.aborted) return left(error);
    if (submitted && error instanceof CliError && error.code === 'server_unreachable')
      throw new CliError(error.code, `${error.message}, and whether it runs. What was submitted is kept there; go on with: ${again}`, { cause: error });
    throw error;
  } finally {
    clearTimeout(clock);
    progress.close();
    ignore();
    await news?.close();
  }
}

/** The command that was called, for a shell. */
function commandOf(paths: readonly string[], server: string, out: string): string {
  const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
  return `mle-smith run ${paths.map(quoted).join(' ')} --server ${quoted(server)} --out ${quoted(out)}`;
}

function stopped(again: string, states: ReadonlyMap<string, string>, around: Surroundings): number {
  const waiting = waitingFor(states);
  around.stderr(`mle-smith: no longer following; the server goes on${waiting === '' ? '' : ` (${waiting})`}. Follow it again with: ${again}\n`);
  return EXIT_CODES.interrupted.code;
}

/** The state of a run of this machine would be told by `list --out` beside packages that are not of it. */
async function refuseLocalRun(state: string, root: string): Promise<void> {
  const local = await access(join(state, 'state.sqlite')).then(
    () => true,
    () => false,
  );
  if (local) throw new CliError('out_not_empty', `the folder holds a run of this machine [out=${root}]; choose another --out`);
}

async function subjectsOf(client: Client, ids: readonly string[], signal: AbortSignal): Promise<SubjectDetail[]> {
  const subjects: SubjectDetail[] = [];
  for (const id of ids) {
    subjects.push(await withAllSteps(client, await client.ask('showDataset', { params: { id }, signal }), signal));
    for (const row of await allRows(client, 'listTasks', { dataset: id }, signal))
      subjects.push(await withAllSteps(client, await client.ask('showTask', { params: { id: row.id }, signal }), signal));
  }
  return subjects;
}

type Spent = NonNullable<RunReport['models']>['all'];

/** What the models' calls for these datasets came to; undefined where none were made. */
function modelsOf(subjects: readonly SubjectDetail[]): RunReport['models'] {
  const byAgent: Record<string, Spent> = {};
  for (const { cost } of subjects) for (const [agent, spent] of Object.entries(cost.byAgent)) byAgent[agent] = sum(byAgent[agent], spent);
  const agents = Object.values(byAgent);
  return agents.length === 0 ? undefined : { all: agents.reduce((total, spent) => sum(total, spent)), byAgent };
}

function sum(one: Spent | undefined, { calls, inputTokens, outputTokens, usd, unpriced }: Spent): Spent {
  return {
    calls: calls + (one?.calls ?? 0),
    inputTokens: inputTokens + (one?.inputTokens ?? 0),
    outputTokens: outputTokens + (one?.outputTokens ?? 0),
    usd: usd + (one?.usd ?? 0),
    unpriced: unpriced + (one?.unpriced ?? 0),
  };
}
