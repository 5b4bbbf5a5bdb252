import { z } from 'zod';
import { Proposal, type RunReport, type Spent } from '@mle-smith/contracts';
import { ArtifactMissingError, readBundleText, type ArtifactStore } from '@mle-smith/package';
import { evidenceOf, readDocument } from '@mle-smith/stage-runtime';
import { isMicroId, isTerminal } from '@mle-smith/task';
import type { ReportData, TaskDetail } from './report-data.ts';
import { isDistinct, spreadOf, type VerifiedTask } from './verified-tasks.ts';
import type { HistoryView, RunState, SubjectView } from './run-state.ts';

const Engine = z.object({ name: z.string() });
const Brainstorm = z.object({
  turnedDown: z.array(z.object({ target: z.string(), objective: z.string().optional(), code: z.string(), reason: z.string() })).default([]),
});

/** The end of a run for programs: every dataset and task with its state and code. */
export async function buildRunReport(
  state: RunState,
  artifacts: ArtifactStore,
  verified: ReadonlyMap<string, VerifiedTask>,
  seconds: number,
  version: string,
): Promise<RunReport> {
  const subjects = await state.list();
  const tasks = subjects.filter((subject) => subject.kind === 'task').sort(byId);
  return {
    datasets: subjects
      .filter((subject) => subject.kind === 'dataset')
      .sort(byId)
      .map((dataset) => ({
        id: dataset.id,
        state: dataset.state === 'dataset.brainstormed' ? ('done' as const) : isTerminal(dataset.state) ? ('refused' as const) : ('open' as const),
        ...(dataset.code === undefined ? {} : { code: dataset.code }),
        tasks: tasks.filter((task) => task.datasetId === dataset.id).map((task) => task.id),
      })),
    tasks: await Promise.all(
      tasks.map(async (task) => ({
        id: task.id,
        dataset: task.datasetId,
        state: task.state === 'task.verified' ? ('verified' as const) : isTerminal(task.state) ? ('abandoned' as const) : ('open' as const),
        ...(task.code === undefined ? {} : { code: task.code }),
        generations: task.generation,
        seconds: round(secondsOf(await state.history(task.id))),
        ...difficultyOf(verified.get(task.id)),
        ...(verified.get(task.id)?.twin === undefined ? {} : { twin: verified.get(task.id)?.twin }),
        ...(isMicroId(task.id) ? { microOf: (await readDocument(artifacts, task.documents['proposal'], Proposal))?.micro?.of } : {}),
      })),
    ),
    funnel: await state.funnel(),
    distinct: [...verified.values()].filter(isDistinct).length,
    seconds: round(seconds),
    version,
  };
}

/** The report with the evidence of each task, read from the documents that the stages left. */
export async function buildReport(
  state: RunState,
  artifacts: ArtifactStore,
  verified: ReadonlyMap<string, VerifiedTask>,
  run: RunReport,
  spent: Readonly<Record<string, Spent>> = {},
): Promise<ReportData> {
  const subjects = await state.list();
  const datasets = subjects.filter((subject) => subject.kind === 'dataset').sort(byId);
  const turnedDown = await Promise.all(
    datasets.map(async (dataset) => {
      const brainstorm = await readDocument(artifacts, dataset.documents['brainstorm'], Brainstorm);
      return (brainstorm?.turnedDown ?? []).map((row) => ({
        dataset: dataset.id,
        target: row.target,
        code: row.code,
        reason: row.reason,
        ...(row.objective === undefined ? {} : { objective: row.objective }),
      }));
    }),
  );
  return {
    ...run,
    refusals: datasets
      .filter((dataset) => dataset.code !== undefined)
      .map((dataset) => ({ dataset: dataset.id, code: dataset.code ?? '', message: dataset.message ?? '' })),
    details: await Promise.all(
      subjects
        .filter((subject) => subject.kind === 'task')
        .sort(byId)
        .map(async (task) => ({
          ...(await taskDetail(state, artifacts, task, verified.get(task.id))),
          ...(spent[task.id] === undefined ? {} : { spent: spent[task.id] }),
        })),
    ),
    turnedDown: turnedDown.flat(),
    spread: spreadOf(verified),
  };
}

async function taskDetail(state: RunState, artifacts: ArtifactStore, task: SubjectView, verified: VerifiedTask | undefined): Promise<TaskDetail> {
  const value = verified?.manifest.value;
  const history = await state.history(task.id);
  const proposal = await readDocument(artifacts, task.documents['proposal'], Proposal);
  const { judged, review, execute, findings } = await evidenceOf(artifacts, task);
  return {
    id: task.id,
    dataset: task.datasetId,
    state: task.state === 'task.verified' ? 'verified' : task.state === 'task.abandoned' ? 'abandoned' : task.state === 'task.cancelled' ? 'cancelled' : 'open',
    ...(task.code === undefined ? {} : { code: task.code }),
    ...(task.message === undefined ? {} : { message: task.message }),
    title: proposal?.title ?? task.id,
    question: proposal?.question ?? '',
    modality: proposal?.modality ?? '',
    objective: proposal?.objective ?? '',
    target: proposal?.target.name ?? '',
    metric: proposal?.metric.name ?? '',
    split: proposal === undefined ? '' : `${proposal.split.kind} split${proposal.split.column === undefined ? '' : ` by ${proposal.split.column}`}`,
    generations: task.generation,
    seconds: round(secondsOf(history)),
    stages: stageSeconds(history),
    excluded: (proposal?.ledger ?? []).filter((entry) => !entry.kept).map((entry) => ({ column: entry.column, reason: entry.reason || entry.evidence })),
    skills: value?.skills ?? [],
    ...(value === undefined ? {} : { signalToNoise: value.signal_to_noise }),
    ...(verified?.twin === undefined ? {} : { twin: verified.twin }),
    ...(verified?.manifest.lineage.micro === undefined ? {} : { micro: { of: verified.manifest.lineage.micro.of, ...agreementOf(value) } }),
    ...(execute?.ladder === undefined ? {} : { ladder: execute.ladder }),
    ...(execute?.agent === undefined ? {} : { agent: execute.agent }),
    ...(review === undefined ? {} : { review }),
    rules: judged.flatMap((verdict) => verdict.rules),
    findings: [...findings],
    engines: await enginesOf(artifacts, task, review?.engine),
    ...(judged.at(-1) === undefined ? {} : { isolation: judged.at(-1)!.isolation }),
  };
}

/** Who thought about a task, by the documents that the stages left. A server keeps designs to itself. */
async function enginesOf(artifacts: ArtifactStore, { documents }: SubjectView, review: string | undefined): Promise<TaskDetail['engines']> {
  const written = documents['design'] === undefined ? undefined : await readBundleText(artifacts, documents['design'], 'design.json').catch(unlessMissing);
  const design = z.object({ engine: Engine }).safeParse(JSON.parse(written ?? 'null')).data?.engine.name;
  return { ...(design === undefined ? {} : { design }), ...(review === undefined ? {} : { review }) };
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof ArtifactMissingError) return undefined;
  throw error;
}

function difficultyOf(task: VerifiedTask | undefined): Pick<RunReport['tasks'][number], 'difficulty'> {
  const difficulty = task?.manifest.value?.ladder_difficulty;
  return difficulty === undefined ? {} : { difficulty };
}

function agreementOf(value: VerifiedTask['manifest']['value']): { kendall?: number; spearman?: number } {
  return value?.micro === undefined ? {} : { kendall: value.micro.kendall, spearman: value.micro.spearman };
}

function stageSeconds(history: readonly HistoryView[]): TaskDetail['stages'] {
  const totals = new Map<string, { seconds: number; runs: number }>();
  for (const row of history) {
    if (row.stage === undefined || row.durationMs === undefined) continue;
    const total = totals.get(row.stage) ?? { seconds: 0, runs: 0 };
    totals.set(row.stage, { seconds: total.seconds + row.durationMs / 1000, runs: total.runs + 1 });
  }
  return [...totals].map(([stage, total]) => ({ stage, seconds: round(total.seconds), runs: total.runs }));
}

function secondsOf(history: readonly HistoryView[]): number {
  return history.reduce((sum, row) => sum + (row.durationMs ?? 0), 0) / 1000;
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function byId(one: SubjectView, other: SubjectView): number {
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
