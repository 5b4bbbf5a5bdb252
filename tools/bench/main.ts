/**
 * Measures what a user waits and pays for, prints a table and appends one line to history.jsonl.
 * Figures of different machines do not compare; ratios within one line do.
 *
 * Usage: node tools/bench/main.ts [--quick] [DATASET...]     (default: the bundled examples)
 *        node tools/bench/main.ts --agents                    (only tasks of scripted agents)
 *        node tools/bench/main.ts --services                  (only services with stubs for stages, on servers of the test bed)
 *        node tools/bench/main.ts --kubernetes [--parts jobs,outage]   (only jobs in pods, on a cluster of the test bed: trial, jobs, outage, tasks)
 *        node tools/bench/main.ts --queues                    (of these only what claims, changes and memory take at 1,000 and 100,000 tasks)
 *        node tools/bench/main.ts --telemetry                 (only what telemetry of services takes and leaves behind)
 */
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bestSpeedup, measureAgents, type AgentFigures } from './measure-agents.ts';
import { measureKubernetes, PARTS, type KubernetesFigures, type Part } from './measure-kubernetes.ts';
import { measureProfile } from './measure-profile.ts';
import { measureRun, type RunFigures } from './measure-run.ts';
import { measureServices, type ServiceFigures } from './measure-services.ts';
import { measureStart } from './measure-start.ts';
import { measureTelemetry, type TelemetryFigures } from './measure-telemetry.ts';
import type { Cost } from './telemetry/overhead-in.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    agents: { type: 'boolean', default: false },
    services: { type: 'boolean', default: false },
    queues: { type: 'boolean', default: false },
    telemetry: { type: 'boolean', default: false },
    kubernetes: { type: 'boolean', default: false },
    parts: { type: 'string', default: PARTS.join(',') },
  },
});
const bundled = (await readdir(EXAMPLES, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => join(EXAMPLES, entry.name));
const datasets = positionals.length > 0 ? positionals : bundled;
const folder = await mkdtemp(join(tmpdir(), 'mle-smith-bench-'));

try {
  const ofServices = values.services || values.queues || values.kubernetes || values.telemetry;
  const rules = values.agents || ofServices ? undefined : await measureRules();
  const agents = values.quick || ofServices ? undefined : await measureAgents(ROOT, folder);
  const kubernetes = values.kubernetes ? await measureKubernetes(ROOT, join(folder, 'kubernetes'), partsOf(values.parts)) : undefined;
  const services = values.services || values.queues ? await measureServices(join(folder, 'services'), !values.services) : undefined;
  const telemetry = values.telemetry ? await measureTelemetry(ROOT, join(folder, 'telemetry')) : undefined;
  const machine = `${cpus()[0]?.model ?? 'unknown'} x ${cpus().length}`;
  const line = {
    at: new Date().toISOString(),
    machine,
    node: process.versions.node,
    ...rules,
    ...(agents === undefined ? {} : { agents }),
    ...(services === undefined ? {} : { services }),
    ...(kubernetes === undefined ? {} : { kubernetes }),
    ...(telemetry === undefined ? {} : { telemetry }),
  };
  await appendFile(join(import.meta.dirname, 'history.jsonl'), `${JSON.stringify(line)}\n`);
  print([
    ['machine', machine],
    ...(rules === undefined ? [] : rowsOfRules(rules)),
    ...(agents === undefined ? [] : rowsOfAgents(agents)),
    ...(services === undefined ? [] : rowsOfServices(services)),
    ...(kubernetes === undefined ? [] : rowsOfKubernetes(kubernetes)),
    ...(telemetry === undefined ? [] : rowsOfTelemetry(telemetry)),
  ]);
} finally {
  await rm(folder, { recursive: true, force: true });
}

interface RuleFigures {
  readonly datasets: number;
  readonly startMs: number;
  readonly one: RunFigures;
  readonly two: RunFigures;
  readonly speedup: number;
  readonly profile?: { readonly seconds: number; readonly peakMemoryMb: number; readonly megabytes: number };
}

async function measureRules(): Promise<RuleFigures> {
  const startMs = await measureStart(ROOT);
  const one = await measureRun(ROOT, datasets, 1, join(folder, 'one'));
  const two = await measureRun(ROOT, datasets, 2, join(folder, 'two'));
  const speedup = round(one.wallSeconds / two.wallSeconds);
  const figures = { datasets: datasets.length, startMs, one, two, speedup };
  return values.quick ? figures : { ...figures, profile: await measureProfile(ROOT, folder, 200) };
}

type Row = readonly [string, string];

function rowsOfRules({ startMs, one, two, speedup, profile }: RuleFigures): readonly Row[] {
  return [
    ['start to first line, set up already', `${startMs} ms`],
    ...Object.entries(one.stageSeconds).map(([stage, { median, total, runs }]): Row => [`stage ${stage}`, `${median} s median, ${total} s in ${runs} runs`]),
    ['a task, proposal to end, own processing (1 worker)', `${one.taskSeconds.median} s median, ${one.taskSeconds.most} s most`],
    ['a tabular task of 1,000 to 10,000 rows', `${one.tabularSeconds ?? '-'} s median`],
    ['both assert stages of one task', `${one.assertSeconds} s median`],
    ['tasks a minute, 1 worker', `${one.tasksPerMinute} (${one.wallSeconds} s)`],
    ['tasks a minute, 2 workers', `${two.tasksPerMinute} (${two.wallSeconds} s)`],
    ['2 workers against 1', `${speedup} times`],
    ['peak memory of the program itself, 2 workers', `${two.peakMemoryMb} MB`],
    ...(profile === undefined
      ? []
      : [['profile of a large CSV', `${profile.megabytes} MB in ${profile.seconds} s, ${profile.peakMemoryMb} MB of memory`] as const]),
  ];
}

function rowsOfAgents(figures: AgentFigures): readonly Row[] {
  const { latencySeconds, one, eight, speedup, overhead, byAgent } = figures;
  return [
    ...Object.entries(byAgent).map(([agent, { calls, inputTokens, outputTokens }]): Row => [
      `${agent}, a task`,
      `${calls} calls, ${inputTokens} tokens in, ${outputTokens} out`,
    ]),
    [`everything but a model of ${latencySeconds} s, a task (1 worker)`, `${overhead.seconds} s, ${Math.round(overhead.share * 100)} % of the whole`],
    ['seconds of all cores, a task', `${round(one.cpuSeconds / one.tasks)} s`],
    [`${one.tasks} tasks of agents, 1 worker`, `${one.wallSeconds} s, ${one.verified} verified, ${one.peakMemoryMb} MB`],
    [
      `${eight.tasks} tasks of agents, 8 workers`,
      `${eight.wallSeconds} s, ${eight.verified} verified, ${eight.peakMemoryMb} MB, ${eight.callsAtOnce} calls at once`,
    ],
    ['8 workers against 1, a task', `${speedup} times; at best ${bestSpeedup(figures, cpus().length)} here, ${bestSpeedup(figures, 4)} with 4 cores`],
  ];
}

function rowsOfServices({ servers, load, flow, workers, idle, queues }: ServiceFigures): readonly Row[] {
  return [
    ['servers', servers.join(', ')],
    ['load of the machine before', String(load)],
    ...(flow === undefined ? [] : rowsOfFlow(flow)),
    ...(workers ?? []).map(({ workers: each, tasksPerMinute, ofIdeal }): Row => [
      `${each} workers a station, stages of half a second`,
      `${tasksPerMinute} tasks a minute, ${Math.round(ofIdeal * 100)} % of the ideal`,
    ]),
    ...(idle === undefined ? [] : [['CPU of a service with nothing to do', `${round(idle * 100)} % of a core`] as const]),
    ...queues.map(({ store, tasks, claimMs, changeMs, countMs, heapMb }): Row => [
      `${store}, ${tasks} tasks wait`,
      `claim ${claimMs} ms, change ${changeMs} ms, counts ${countMs} ms; at most ${heapMb} MB of heap`,
    ]),
  ];
}

function rowsOfFlow({ oneStage, allStages, claimMs }: NonNullable<ServiceFigures['flow']>): readonly Row[] {
  return [
    ['one stage that does nothing', `${oneStage} events a second`],
    ['all stations, stages that do nothing', `${allStages} steps a second`],
    ['from an event to the claim', `${claimMs.p50} ms at the middle, ${claimMs.p99} ms at 99 %`],
  ];
}

function partsOf(text: string): readonly Part[] {
  return text.split(',').map((name) => {
    const part = PARTS.find((one) => one === name);
    if (part === undefined) throw new RangeError(`there is no such part of --kubernetes [part=${name}, parts=${PARTS.join(',')}]`);
    return part;
  });
}

function rowsOfKubernetes({ cluster, load, trial, jobs, outage, tasks }: KubernetesFigures): readonly Row[] {
  const under = (part: Part): string => `(load ${load[part] ?? '-'})`;
  return [
    ['cluster', cluster],
    ...(trial === undefined
      ? []
      : ([
          ['a trial from call to score, in pods', `${trial.inPods} s at the middle of ${trial.trials}; in sandboxes ${trial.inSandboxes} s ${under('trial')}`],
          ...Object.entries(trial.steps).map(([step, seconds]): Row => [`  its program, until ${step}`, `${seconds} s`]),
          ['  its score', `${trial.scoreInPods} s in a warm pod, ${trial.scoreInSandboxes} s in a warm sandbox`],
        ] satisfies Row[])),
    ...(jobs === undefined
      ? []
      : ([
          [
            `${jobs.jobs} Jobs at the same time`,
            `created ${jobs.createdSeconds} s, ended ${jobs.endedSeconds} s, removed ${jobs.removedSeconds} s ${under('jobs')}`,
          ],
          ['  calls to the API server', `${jobs.callsAJob} a Job, at most ${jobs.mostCallsASecond} in a second; ${jobs.logsLost} logs lost`],
          ['  memory of their process', `${jobs.memoryMb.before} MB before, ${jobs.memoryMb.most} MB at most`],
        ] satisfies Row[])),
    ...(outage === undefined
      ? []
      : ([
          [
            `API server away for ${outage.seconds} s`,
            `${outage.endedMeanwhile} of ${outage.jobs} Jobs ended meanwhile, all told ${outage.toldAfterSeconds} s after its return ${under('outage')}`,
          ],
          ['  Jobs asked for meanwhile', `ended ${outage.askedMeanwhileSeconds} s after its return`],
          ['  requests a second', `${outage.requestsASecond} while it was away, ${outage.requestsASecondAfter} after`],
        ] satisfies Row[])),
    ...(tasks === undefined
      ? []
      : ([
          [
            'pods a task',
            `${tasks.podsATask}, and ${tasks.podsAProcess} once a process, ${tasks.warmPods} warm ones; ${tasks.verified} of ${tasks.tasks} verified`,
          ],
          ['  the stage', `${tasks.inPods.join(', ')} s in pods, ${tasks.inSandboxes.join(', ')} s in sandboxes ${under('tasks')}`],
        ] satisfies Row[])),
  ];
}

function rowsOfTelemetry({ load, overhead, real }: TelemetryFigures): readonly Row[] {
  const { rounds, loads, series, heapMb, task } = overhead;
  const cost = ({ slowerPercent: slower, cpuMs: cpu }: Cost): string =>
    `${slower.middle} % fewer tasks a minute (${slower.from} to ${slower.to}), ${cpu.middle} ms of processor a task (${cpu.from} to ${cpu.to})`;
  return [
    ['load of the machine before', String(load)],
    ...Object.entries(loads).flatMap(([name, { tasksPerMinute, cpuMs, on, dead }]): Row[] => [
      [`stages that do ${name}, telemetry off`, `${tasksPerMinute} tasks a minute, ${cpuMs} ms of stations' processors a task (${rounds} rounds)`],
      ['  on', cost(on)],
      ['  on, the collector not there', cost(dead)],
    ]),
    ['series of a service', `at most ${series.most} (${series.service}) after ${series.tasks} tasks; ${real.series} with real stages`],
    ['heap of a service, the most', `${heapMb.on} MB; ${heapMb.dead} MB where the collector was never there`],
    ['a task whose stages do nothing leaves', `${task.logBytes} bytes of logs, ${task.spanBytes} bytes of ${task.spans} spans`],
    ['a real task leaves', `${real.logBytes} bytes of logs, ${real.spanBytes} bytes of ${real.spans} spans (${real.tasks} tasks, ${real.verified} verified)`],
    [
      'spans of a real task',
      Object.entries(real.spansByRow)
        .map(([row, spans]) => `${row} ${spans}`)
        .join(', '),
    ],
    ['a real task takes', `${real.cpuSeconds.services} s of services' processors, ${real.cpuSeconds.jobs} s of jobs'; all ${real.wallSeconds} s`],
  ];
}

function print(rows: readonly Row[]): void {
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, figure] of rows) console.log(`${name.padEnd(width)}  ${figure}`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
