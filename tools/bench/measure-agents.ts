import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFakeOpenAi } from '../fake-openai/fake-openai.ts';
import { agentsScript } from '../fake-openai/testing/agents-script.ts';
import type { ChatRequest } from '../fake-openai/chat.ts';
import type { Step } from '../fake-openai/step.ts';
import { runCommand } from './run-command.ts';

/** What tasks of scripted agents took, on a model that answers after a fixed time. */
export interface AgentFigures {
  readonly tasks: number;
  readonly latencySeconds: number;
  readonly one: AgentRun;
  readonly eight: AgentRun;
  /** Wall time with one worker over that with eight. */
  readonly speedup: number;
  /** A task with one worker: everything but the model, seconds and share of the whole. */
  readonly overhead: { readonly seconds: number; readonly share: number };
  /** For one task. Output is what the script says: a model that thinks aloud writes more. */
  readonly byAgent: Readonly<Record<string, { readonly calls: number; readonly inputTokens: number; readonly outputTokens: number }>>;
}

/** One run over all tasks. */
export interface AgentRun {
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

const IDEA = {
  table: 'penguins_raw',
  target: 'Body Mass (g)',
  objective: 'regression',
  positive: null,
  title: 'Mass of penguins',
  question: 'How heavy is a penguin whose bill and flippers have been measured?',
  user: 'a field worker',
  decision: 'which birds need to be caught and weighed',
  momentOfPrediction: 'When bill and flippers are measured and the bird has not been weighed.',
  leaveOut: [],
  unseen: [],
  attack: 'The species gives half of it; within a species the measures have to be used.',
};

/** Runs the same tasks, one a dataset, with one worker and with eight. */
export async function measureAgents(root: string, folder: string, latencyMs = 1000): Promise<AgentFigures> {
  const datasets = await writeDatasets(root, join(folder, 'penguins'));
  const one = await measure(root, datasets, 1, join(folder, 'agents-one'), latencyMs);
  const eight = await measure(root, datasets, TASKS, join(folder, 'agents-eight'), latencyMs);
  const { wallSeconds, modelSeconds } = one.run;
  return {
    tasks: TASKS,
    latencySeconds: latencyMs / 1000,
    one: one.run,
    eight: eight.run,
    speedup: round(wallSeconds / eight.run.wallSeconds),
    overhead: { seconds: round((wallSeconds - modelSeconds) / TASKS), share: round((wallSeconds - modelSeconds) / wallSeconds) },
    byAgent: Object.fromEntries(
      Object.entries(one.byAgent).map(([agent, { calls, inputTokens, outputTokens }]) => [
        agent,
        { calls: round(calls / TASKS), inputTokens: Math.round(inputTokens / TASKS), outputTokens: Math.round(outputTokens / TASKS) },
      ]),
    ),
  };
}

/** At best so many times as fast with so many cores: no task is faster than alone, and the work of all has to fit on the cores. */
export function bestSpeedup({ tasks, one }: AgentFigures, cores: number): number {
  return round(one.wallSeconds / Math.max(one.wallSeconds / tasks, one.cpuSeconds / cores));
}

/** The bundled penguins, each time some birds fewer. */
async function writeDatasets(root: string, folder: string): Promise<string[]> {
  const lines = (await readFile(join(root, 'examples', 'penguins', 'penguins_raw.csv'), 'utf8')).trimEnd().split('\n');
  return Promise.all(
    Array.from({ length: TASKS }, async (_, index) => {
      const dataset = join(folder, `penguins-${index + 1}`);
      await mkdir(dataset, { recursive: true });
      await writeFile(join(dataset, 'penguins_raw.csv'), `${lines.slice(0, lines.length - index).join('\n')}\n`);
      return dataset;
    }),
  );
}

async function measure(root: string, datasets: readonly string[], workers: number, out: string, latencyMs: number): Promise<Ran> {
  const script = agentsScript([IDEA]) as (request: ChatRequest, number: number) => Step;
  const asked: number[] = [];
  const server = await startFakeOpenAi({
    latencyMs,
    script: (request, number) => {
      asked.push(performance.now());
      return script(request, number);
    },
  });
  try {
    const started = performance.now();
    const engine = ['--engine', 'llm', '--base-url', server.url, '--model', 'scripted', '--calls', String(CALLS_AT_ONCE)];
    const { stdout, peakMemoryMb, cpuSeconds } = await runCommand(join(root, 'mle-smith'), [
      ...['run', ...datasets, '--out', out, '--workers', String(workers), '--max-tasks', '1', '--json'],
      ...engine,
    ]);
    const wallSeconds = (performance.now() - started) / 1000;
    if (server.problems.length > 0) throw new Error(`the scripted model failed: ${server.problems[0] ?? ''}`);
    const report = JSON.parse(stdout) as { funnel: { verified: number }; models: { byAgent: Record<string, Ledger> } };
    const { details } = JSON.parse(await readFile(join(out, 'report', 'report.json'), 'utf8')) as {
      details: readonly { stages: readonly { stage: string; seconds: number }[] }[];
    };
    const stages = details.flatMap((detail) => detail.stages);
    return {
      run: {
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
