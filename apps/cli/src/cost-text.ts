import { averageOf, sumOf } from '@mle-smith/agent';
import { PIPELINE, type AverageCost, type Costs, type VerifiedCosts } from '@mle-smith/contracts';

const PLACES: ReadonlyMap<string, number> = new Map(PIPELINE.map(({ stage }, place) => [stage, place]));
/** Dearest tasks that a person is told of. */
const MOST_TOLD = 5;

/** What each stage took, a line each in the order of the pipeline; none where nothing was taken. */
export function stageCostLines(byStage: Readonly<Record<string, AverageCost>>): string[] {
  const rows = Object.entries(byStage).toSorted(([one], [other]) => placeOf(one) - placeOf(other));
  return rows.map(([stage, cost]) => line(stage, cost));
}

/** What verified tasks themselves took: by stage, in all, one on average, and the dearest. */
export function verifiedCostLines({ tasks, byStage, dearest }: VerifiedCosts): string[] {
  if (tasks === 0) return [];
  const all = sumOf(Object.values(byStage));
  return [
    `cost of ${tasks} verified task${tasks === 1 ? '' : 's'}:`,
    ...stageCostLines(byStage),
    line('all', all),
    ...(tasks === 1
      ? []
      : [line('a task', averageOf(all, tasks)), ...dearest.slice(0, MOST_TOLD).map(({ id, byStage: its }) => line(id, sumOf(Object.values(its))))]),
  ];
}

/** What all work took, by stage and in all: for each verified task, or as it is where none was verified. */
export function workLines({ byStage, perVerifiedTask }: Pick<Costs, 'byStage' | 'perVerifiedTask'>): string[] {
  if (Object.keys(byStage).length === 0) return [];
  const [heading, work] =
    perVerifiedTask === undefined
      ? ['all work so far (no task is verified yet):', { all: sumOf(Object.values(byStage)), byStage }]
      : ['all work per verified task (what was abandoned, refused or is under way included):', perVerifiedTask];
  return [heading, ...stageCostLines(work.byStage), line('all', work.all)];
}

function line(name: string, { seconds, cpuSeconds, gpuSeconds, calls, inputTokens, outputTokens, usd, unpriced }: AverageCost): string {
  const money =
    unpriced > 0 && unpriced === calls ? 'price unknown' : `$${usd.toFixed(4)}${unpriced === 0 ? '' : ` and ${amount(unpriced)} calls of unknown price`}`;
  const machines = `${figure(seconds)} s, CPU ${figure(cpuSeconds)} s, GPU ${figure(gpuSeconds)} s`;
  const models = calls === 0 ? '' : `, ${amount(calls)} calls, ${amount(inputTokens)} tokens in and ${amount(outputTokens)} out`;
  return `  ${name.padEnd(15)} ${machines}${models}, ${calls === 0 ? '$0' : money}`;
}

function placeOf(stage: string): number {
  return PLACES.get(stage) ?? PLACES.size;
}

function figure(seconds: number): string {
  return seconds.toFixed(2);
}

function amount(count: number): string {
  return count.toLocaleString('en', { maximumFractionDigits: 1 });
}
