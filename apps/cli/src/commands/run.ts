import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spentBy, spentOn, spentText } from '@mle-smith/agent';
import { allSubjects, InProcessEventBus, newDataset, PipelineRun, resumeWaiting, type SubjectRecord, type TaskStore } from '@mle-smith/stage-runtime';
import { isTerminal } from '@mle-smith/task';
import { CallGate } from '../call-gate.ts';
import { readCatalogue } from '../catalogue.ts';
import { CliError } from '../cli-error.ts';
import { rememberFolders } from '../dataset-folders.ts';
import { nameDatasets } from '../datasets.ts';
import { diskFull, isDiskFull } from '../disk-full.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { leaveRun } from '../leave-run.ts';
import { progressFor, RunProgress } from '../run-progress.ts';
import type { RunOptions } from '../program.ts';
import { sweepDrafts } from '../publish.ts';
import { endOfRun } from '../report/write-reports.ts';
import { checkModelOptions, openModelsOrRules } from '../models.ts';
import { escapeTerminal } from '../report/escape.ts';
import { isRefusal, WAITS_FOR_BUDGET } from '../needs-somebody.ts';
import { openDataset } from '../open-dataset.ts';
import { setAsideText } from '../set-aside.ts';
import { callsOf, modelsReport, spentIn } from '../spent-of-run.ts';
import { openAgents, stageHandlers } from '../stations.ts';
import type { Surroundings } from '../surroundings.ts';
import { openWorkshop, runFolders } from '../workshop.ts';

/**
 * Retries for faults of the machine. Each kill of this program costs the work in hand one of them, so there are many;
 * the waits between them are short, because nothing here comes back by itself after minutes.
 */
const RETRIES = { maxInfraRetries: 50, backoffMs: 200 };

/** Takes datasets, and whatever else is open in the run directory, to their end: verified packages below tasks/, a report, and everything that is needed to go on. */
export async function run(paths: readonly string[], options: RunOptions, around: Surroundings): Promise<number> {
  const [started, since] = [performance.now(), Date.now()];
  checkModelOptions(options);
  const datasets = await nameDatasets(paths);
  const folders = runFolders(options.out);
  if (datasets.length === 0) await needRun(folders);
  const workshop = await openWorkshop(options.out, around.config, options.allowUnsandboxed);
  const progress = new RunProgress(
    options.json ? progressFor('silent', around) : progressFor(around.terminal ? 'terminal' : 'lines', around),
    RETRIES.maxInfraRetries,
  );
  // Waiting makes no room, and pays no bill: the run stops, and goes on when somebody has seen to it.
  const full = new AbortController();
  const refused = new AbortController();
  /** What waits for a larger budget, and which it is; other work goes on. */
  const waiting = new Map<string, string>();
  /** What is at work; behind a closed gate nothing of it calls models any more. */
  const inHand = new Set<string>();
  let stop = async (): Promise<void> => {};
  const gate = new CallGate(() => [...inHand].every((id) => gate.holds(id)) && void stop());
  try {
    const known = await rememberFolders(folders.state, datasets);
    const { store, artifacts, jobs } = workshop;
    progress.begin(
      datasets.length,
      await openIn(store),
      `${options.workers} worker${options.workers === 1 ? '' : 's'}, isolation ${jobs.isolation('untrusted').kind}`,
      folders.root,
    );
    await refuseOtherEngine(options, store);
    for (const { id } of datasets) await store.insert(newDataset({ id }, await store.now()));
    await sweepDrafts(folders.tasks);
    await resumeWaiting(store, WAITS_FOR_BUDGET);
    const models = options.engine === 'llm' ? await openModelsOrRules(options, around, folders.calls, new AbortController().signal) : undefined;
    const pipeline = new PipelineRun({
      store,
      bus: new InProcessEventBus(),
      handlers: stageHandlers({
        jobs,
        open: openDataset(known, join(folders.state, 'datasets')),
        maxTasks: options.maxTasks,
        micro: options.micro ?? false,
        cheat: await readFile(around.config.cheatOracle, 'utf8'),
        catalogue: options.catalogue === undefined ? undefined : await readCatalogue(options.catalogue),
        agents: models === undefined ? undefined : await openAgents(gate.guard(models.source)),
        fallback:
          options.fallback === undefined
            ? undefined
            : (id, message) => around.stderr(`mle-smith: rules think for ${escapeTerminal(id)}: ${escapeTerminal(message)}\n`),
      }),
      workers: options.workers,
      context: { artifacts },
      policy: { maxGenerations: options.maxGenerations, ...RETRIES },
      onNotice: (notice) => {
        progress.notice(notice);
        if (notice.phase === 'started') inHand.add(notice.record.id);
        else inHand.delete(notice.record.id);
        gate.look();
        if (notice.outcome === 'retry' && isDiskFull(notice)) full.abort(notice);
        if (notice.outcome === 'retry' && isRefusal(notice.code)) refused.abort(notice.message);
        if (notice.outcome === 'retry' && notice.code === WAITS_FOR_BUDGET) waiting.set(notice.record.id, notice.message ?? '');
      },
      endWaiting: async () => waiting.size > 0 && (await openIn(store)).every(({ id }) => waiting.has(id)),
    });
    stop = () => pipeline.stop();
    const interrupted = await untilDone(pipeline, gate, around, AbortSignal.any([full.signal, refused.signal]));
    if (full.signal.aborted) throw diskFull(folders.root, full.signal.reason);
    const seconds = (performance.now() - started) / 1000;
    const calls = models === undefined ? await callsOf(options.out) : await spentIn(models.calls);
    const report = await leaveRun({
      store,
      artifacts,
      folders,
      seconds,
      version: around.config.version,
      models: modelsReport(calls, since),
      spent: spentBy(calls, 'subject'),
    });
    // After the packages: whatever becomes of the record, they are there.
    await models?.keep();
    progress.close();
    for (const aside of report.unreadable ?? []) around.stderr(`mle-smith: ${escapeTerminal(setAsideText(aside))}\n`);
    const open = (await openIn(store)).length;
    const soFar = report.models === undefined ? '' : `; so far ${spentText(report.models.all)}`;
    if (refused.signal.aborted)
      throw new CliError(
        'model_unavailable',
        `the endpoint of the models answers nothing more (${String(refused.signal.reason)}); see to it, and the same command goes on${soFar}`,
      );
    if (interrupted && open > 0) {
      around.stderr(`mle-smith: stopped with ${open} unfinished; the same command goes on${soFar}\n`);
      return EXIT_CODES.interrupted.code;
    }
    if (open > 0)
      throw new CliError(
        WAITS_FOR_BUDGET,
        `${open} unfinished ${open === 1 ? 'waits' : 'wait'} for a larger budget (${[...new Set(waiting.values())].slice(0, 3).join('; ')}); the same command with a larger --budget goes on${soFar}`,
      );
    return endOfRun(report, folders, options.json, around);
  } catch (error) {
    throw isDiskFull(error) && !(error instanceof CliError) ? diskFull(folders.root, error) : error;
  } finally {
    progress.close();
    await workshop.close();
  }
}

/** What models began does not go on by rules by a slip: it would be another task, and the money would be gone. */
async function refuseOtherEngine({ engine, engineGiven, out }: RunOptions, store: TaskStore): Promise<void> {
  if (engine === 'llm' || engineGiven === true) return;
  const [open, calls] = [await openIn(store), await callsOf(out)];
  if (open.length === 0 || calls.length === 0) return;
  throw new CliError(
    'engine_missing',
    `models think in this run (${spentText(spentOn(calls))}), and ${open.length} of it ${open.length === 1 ? 'is' : 'are'} unfinished; give --engine llm with the endpoint again, or --engine rules to let rules take over`,
    { exitCode: EXIT_CODES.usage.code },
  );
}

/** What has not come to its end. */
async function openIn(store: TaskStore): Promise<readonly SubjectRecord[]> {
  return (await allSubjects(store)).filter(({ state }) => !isTerminal(state));
}

/** Without a dataset, a run only goes on. */
async function needRun({ root, state }: ReturnType<typeof runFolders>): Promise<void> {
  await access(state).catch((cause: unknown) => {
    throw new CliError('dataset_missing', `no dataset is named, and there is no run here that could go on [out=${root}]; name the folder of a dataset`, {
      exitCode: EXIT_CODES.usage.code,
      cause,
    });
  });
}

/** Runs to the end; the first interrupt lets work in hand finish but for its next model call, the second hands it back. True where interrupted. */
async function untilDone(pipeline: PipelineRun, gate: CallGate, around: Surroundings, full: AbortSignal): Promise<boolean> {
  let interrupts = 0;
  let stopping: Promise<void> = Promise.resolve();
  const ignore = around.onInterrupt(() => {
    interrupts += 1;
    if (interrupts === 1) around.stderr('mle-smith: finishing what is in hand, without another model call; press Ctrl-C again to stop at once\n');
    gate.close();
    stopping = interrupts === 1 ? pipeline.drain() : pipeline.stop();
  });
  full.addEventListener('abort', () => (stopping = pipeline.stop()), { once: true });
  try {
    await pipeline.start();
    await stopping;
    return interrupts > 0;
  } finally {
    ignore();
  }
}
