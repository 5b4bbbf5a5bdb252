import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { mendingOf, spentBy, spentOn, spentText } from '@mle-smith/agent';
import { StateDamagedError, StateInUseError, takeLock } from '@mle-smith/adapter-sqlite';
import { RungKind, type SolveReport, type TaskManifest } from '@mle-smith/contracts';
import { ExecuteConfig, openSolver, solvePackage } from '@mle-smith/execute';
import { canonicalJson, readManifest } from '@mle-smith/package';
import { CallGate } from '../call-gate.ts';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import type { ModelOptions } from '../model-options.ts';
import { endText, mistakesText } from '../agent-text.ts';
import { checkSource, openModels, type OpenModels } from '../models.ts';
import { escapeTerminal } from '../report/escape.ts';
import { spentIn } from '../spent-of-run.ts';
import type { Surroundings } from '../surroundings.ts';
import { loadPackage, openBench, reasonOf } from '../workshop.ts';

export interface SolveOptions extends Omit<ModelOptions, 'engine' | 'fallback'> {
  readonly out?: string;
  readonly actions?: number;
  readonly json: boolean;
  readonly allowUnsandboxed: boolean;
}

/** Lets an agent solve one task as a participant would, and tells how far it came beside the baselines. */
export async function solve(taskDirectory: string, options: SolveOptions, around: Surroundings): Promise<number> {
  checkSource('solve', options);
  const bench = await openBench(around.config, options.allowUnsandboxed);
  const stop = new AbortController();
  let subject = '';
  const gate = new CallGate(() => gate.holds(subject) && stop.abort(new Error('interrupted')));
  let interrupts = 0;
  const ignore = around.onInterrupt(() => {
    interrupts += 1;
    if (interrupts > 1) return stop.abort(new Error('interrupted'));
    around.stderr('mle-smith: finishing what is under way; press Ctrl-C again to stop at once\n');
    gate.close();
  });
  let models: OpenModels | undefined;
  let lock: { close(): void } | undefined;
  try {
    const { bundle } = await loadPackage(bench.artifacts, taskDirectory);
    const manifest = await readManifest(bench.artifacts, bundle);
    if (manifest === undefined)
      throw new CliError('no_manifest', `the package has no task.json, which says what is to be predicted [path=${resolve(taskDirectory)}]`);
    subject = manifest.id;
    const out = await folderFor(options.out ?? join('out', 'solve', basename(resolve(taskDirectory))), taskDirectory);
    if (options.record !== undefined) await refuseInside(options.record, taskDirectory, 'record');
    const calls = join(out, 'calls');
    await mkdir(calls, { recursive: true, mode: 0o700 });
    lock = lockFor(calls);
    models = await openModels({ ...options, engine: 'llm' }, around, calls, stop.signal, ['solver']);
    const { trial, transcript, reason } = await solvePackage(
      await openSolver(gate.guard(models.source)),
      {
        jobs: bench.jobs,
        artifacts: bench.artifacts,
        bundle,
        manifest,
        rungs: rungsOf(manifest),
        trust: 'untrusted',
        place: { stage: 'solve', subject: manifest.id, dataset: manifest.dataset.id, generation: 1 },
        config: boundsFor(options.actions),
      },
      stop.signal,
    );
    const file = join(out, 'transcript.json');
    // It holds rows of the dataset.
    await writeFile(file, canonicalJson(transcript), { mode: 0o600 });
    const report: SolveReport = {
      task: manifest.id,
      metric: manifest.metric.name,
      direction: manifest.metric.direction,
      rungs: rungsOf(manifest).map(({ kind, score }) => ({ kind, score })),
      agent: trial,
      transcript: file,
      models: spentBy(await models.calls.list(), 'subject')[manifest.id] ?? spentOn([]),
    };
    around.stdout(options.json ? `${JSON.stringify(report)}\n` : describe(report, reason));
    if (trial.ended === 'budget' || mendingOf(trial.ended) !== undefined) {
      around.stderr(`mle-smith: the agent could not end its work (${trial.ended}); see to the model or its budget, and the same command goes on\n`);
      return EXIT_CODES.configuration.code;
    }
    return trial.best === null ? EXIT_CODES.failed.code : EXIT_CODES.ok.code;
  } catch (error) {
    if (stop.signal.aborted) {
      const spent = models === undefined ? '' : `; so far ${spentText(spentOn(await spentIn(models.calls)))}`;
      around.stderr(`mle-smith: stopped; the same command goes on from the calls that were answered${spent}\n`);
      return EXIT_CODES.interrupted.code;
    }
    throw error;
  } finally {
    ignore();
    try {
      await models?.keep();
    } finally {
      lock?.close();
      await bench.close();
    }
  }
}

/** The package's bytes stay as they are. Throws `CliError`. */
async function refuseInside(path: string, taskDirectory: string, option: 'out' | 'record'): Promise<void> {
  const folder = resolve(path);
  const below = await existing(folder);
  // Links are followed: the folder itself may be one.
  const inside = relative(await realpath(taskDirectory), join(await realpath(below), relative(below, folder)));
  if (inside.startsWith('..')) return;
  throw new CliError('usage', `what solve leaves may not lie in the package [${option}=${folder}]; choose another --${option}`, {
    exitCode: EXIT_CODES.usage.code,
  });
}

/** One command at a time works in a folder: two would pay for the same calls. */
function lockFor(calls: string): { close(): void } {
  try {
    return takeLock(calls);
  } catch (error) {
    if (error instanceof StateInUseError || error instanceof StateDamagedError) throw new CliError(error.code, error.message, { cause: error });
    throw error;
  }
}

/** A folder that can be written and is no part of the package. */
async function folderFor(out: string, taskDirectory: string): Promise<string> {
  const folder = resolve(out);
  await refuseInside(out, taskDirectory, 'out');
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new CliError('out_not_writable', `the folder cannot be written [out=${folder}]: ${reasonOf(cause)}; choose another --out`, { cause });
  }
  return folder;
}

/** The nearest folder above a path that exists. */
async function existing(path: string): Promise<string> {
  return realpath(path).then(
    () => path,
    () => existing(dirname(path)),
  );
}

function boundsFor(actions: number | undefined): ExecuteConfig['solver'] {
  const { solver } = ExecuteConfig.parse({});
  return actions === undefined ? solver : { ...solver, toolCalls: actions, turns: Math.max(solver.turns, actions + 1) };
}

/** The baselines that the manifest states, from the weakest on. */
function rungsOf({ value }: TaskManifest): { kind: RungKind; score: number; standardError: number }[] {
  return RungKind.options.flatMap((kind) => {
    const rung = value?.scores[kind];
    return rung === undefined ? [] : [{ kind, score: rung.score, standardError: rung.standardError }];
  });
}

function describe({ task, metric, direction, rungs, agent, transcript, models }: SolveReport, reason: string | undefined): string {
  const beside = rungs.map(({ kind, score }) => `${kind} ${score}`).join(', ');
  return `${[
    `${task}: ${metric}, ${direction === 'maximize' ? 'higher' : 'lower'} is better`,
    `best score: ${agent.best === null ? 'none' : `${agent.best.score} (action ${agent.best.step})`}`,
    ...(agent.final !== null && agent.final.step !== agent.best?.step ? [`handed in: ${agent.final.score} (action ${agent.final.step})`] : []),
    `baselines: ${beside === '' ? 'the package states none' : beside}`,
    `reached: ${agent.reached.length === 0 ? 'none of them' : agent.reached.join(', ')}`,
    `actions: ${agent.actions}, ended: ${endText(agent.ended)}`,
    ...(reason === undefined ? [] : [`  ${reason}`]),
    `mistakes: ${mistakesText(agent.mistakes)}`,
    `model: ${agent.model}, ${spentText(models)}`,
    `transcript: ${transcript}`,
  ]
    .map(escapeTerminal)
    .join('\n')}\n`;
}
