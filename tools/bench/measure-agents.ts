import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFakeOpenAi } from '../fake-openai/fake-openai.ts';
import { agentsScript } from '../fake-openai/testing/agents-script.ts';
import { TREES, writeTrees } from '../fake-openai/testing/trees.ts';
import type { ChatRequest } from '../fake-openai/chat.ts';
import type { Step } from '../fake-openai/step.ts';
import { runCommand } from './run-command.ts';

/** What tasks of scripted agents took, on a model that answers after a fixed time. */
export interface AgentFigures {
  readonly latencySeconds: number;
  readonly one: AgentRun;
  readonly eight: AgentRun;
  /** Time for one task with one worker over that with eight. */
  readonly speedup: number;
  /** A task with one worker: everything but the model, seconds and share of the whole. */
  readonly overhead: { readonly seconds: number; readonly share: number };
  /** For one task; what the endpoint is asked once a run is left out. Output is what the script says: a model that thinks aloud writes more. */
  readonly byAgent: Readonly<Record<string, { readonly calls: number; readonly inputTokens: number; readonly outputTokens: number }>>;
}

/** One run. */
export interface AgentRun {
  readonly tasks: number;
  /** From the moment when the endpoint was known. */
  readonly wallSeconds: number;
  /** While at least one call was open. */
  readonly modelSeconds: number;
  /** Seconds of all cores. */
  readonly cpuSeconds: number;
  readonly verified: number;
  readonly callsAtOnce: number;
  readonly peakMemoryMb: number;
  /** Mean seconds of a task by stage, waiting included. */
  readonly stageSeconds: Readonly<Record<string, number>>;
}

interface Ledger {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

interface Ran {
  readonly run: AgentRun;
  readonly byAgent: Readonly<Record<string, Ledger>>;
}

const TASKS = 8;
/** Room for two judges of each task, so that no call waits for another. */
const CALLS_AT_ONCE = 2 * TASKS;

/** One worker does as many: each is a task after another, and a mean of some is enough. */
const TASKS_OF_ONE = 2;
/** Runs tasks, one a dataset: some with one worker, and as many as workers with eight. */
export async function measureAgents(root: string, folder: string, latencyMs = 1000): Promise<AgentFigures> {
  const datasets = await writeTrees(join(folder, 'orchards'), TASKS);
  const one = await measure(root, datasets.slice(0, TASKS_OF_ONE), 1, join(folder, 'agents-one'), latencyMs);
  const eight = await measure(root, datasets, TASKS, join(folder, 'agents-eight'), latencyMs);
  const { wallSeconds, modelSeconds, tasks } = one.run;
  return {
    latencySeconds: latencyMs / 1000,
    one: one.run,
    eight: eight.run,
    speedup: round(wallSeconds / tasks / (eight.run.wallSeconds / eight.run.tasks)),
    overhead: { seconds: round((wallSeconds - modelSeconds) / tasks), share: round((wallSeconds - modelSeconds) / wallSeconds) },
    byAgent: Object.fromEntries(
      Object.entries(one.byAgent)
        .filter(([agent]) => agent !== 'probe')
        .map(([agent, { calls, inputTokens, outputTokens }]) => [
          agent,
          { calls: round(calls / tasks), inputTokens: Math.round(inputTokens / tasks), outputTokens: Math.round(outputTokens / tasks) },
        ]),
    ),
  };
}

/**
 * At best so many times as fast with eight workers on so many cores that nobody else uses: no task is faster than alone, where it
 * waits for its calls and works on one core, and the work of all has to fit on the cores.
 */
export function bestSpeedup({ one, eight }: Pick<AgentFigures, 'one' | 'eight'>, cores: number): number {
  const alone = (one.modelSeconds + one.cpuSeconds) / one.tasks;
  return round((alone * eight.tasks) / Math.max(alone, eight.cpuSeconds / cores));
}

async function measure(root: string, datasets: readonly string[], workers: number, out: string, latencyMs: number): Promise<Ran> {
  const script = agentsScript([TREES]) as (request: ChatRequest, number: number) => Step;
  const asked: number[] = [];
  let known = 0;
  const server = await startFakeOpenAi({
    latencyMs,
    script: (request, number) => {
      if (request.messages[0]?.role === 'system') asked.push(performance.now());
      else known = performance.now() + latencyMs;
      return script(request, number);
    },
  });
  try {
    const engine = ['--engine', 'llm', '--base-url', server.url, '--model', 'scripted', '--calls', String(CALLS_AT_ONCE)];
    const { stdout, peakMemoryMb, cpuSeconds } = await runCommand(join(root, 'mle-smith'), [
      ...['run', ...datasets, '--out', out, '--workers', String(workers), '--max-tasks', '1', '--json'],
      ...engine,
    ]);
    const wallSeconds = (performance.now() - known) / 1000;
    if (server.problems.length > 0) throw new Error(`the scripted model failed: ${server.problems[0] ?? ''}`);
    const report = JSON.parse(stdout) as { funnel: { verified: number }; models: { byAgent: Record<string, Ledger> } };
    const { details } = JSON.parse(await readFile(join(out, 'report', 'report.json'), 'utf8')) as {
      details: readonly { stages: readonly { stage: string; seconds: number }[] }[];
    };
    const stages = details.flatMap((detail) => detail.stages);
    return {
      run: {
        tasks: details.length,
        wallSeconds: round(wallSeconds),
        modelSeconds: round(timeOpen(asked, latencyMs) / 1000),
        cpuSeconds: round(cpuSeconds),
        verified: report.funnel.verified,
        callsAtOnce: server.mostAtOnce(),
        peakMemoryMb,
        stageSeconds: Object.fromEntries(
          [...new Set(stages.map(({ stage }) => stage))].map((name) => [
            name,
            round(stages.filter(({ stage }) => stage === name).reduce((sum, { seconds }) => sum + seconds, 0) / details.length),
          ]),
        ),
      },
      byAgent: report.models.byAgent,
    };
  } finally {
    await server.close();
  }
}

/** How long at least one of some calls was open, each for the same time. */
export function timeOpen(starts: readonly number[], each: number): number {
  let [open, end] = [0, -Infinity];
  for (const start of [...starts].sort((one, other) => one - other)) {
    open += start + each - Math.max(start, end);
    end = start + each;
  }
  return open;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
