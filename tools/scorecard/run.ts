import { createHash } from 'node:crypto';
import { baseTasks, halfOf, profileOf, type BaseTask } from './base.ts';
import type { Bench } from './bench.ts';
import type { ReadDataset } from './engine.ts';
import { judgeByAllLayers, NOTHING_TOLD, type Told } from './judge.ts';
import { judgeNatural, NATURALS, type Natural } from './natural.ts';
import { applicable, damage, STRENGTHS, type Operator, type Strength } from './operators.ts';
import { caughtBy, saidOf, tally, type Case, type Results } from './tally.ts';
import { labelledRows, variantOf, variationsOf } from './variants.ts';

export interface Plan {
  /** Folders of datasets by id. */
  readonly datasets: Readonly<Record<string, string>>;
  readonly operators: readonly Operator[];
  readonly naturals: readonly Natural[];
  /** Clean packages of one task, and packages of one half that an operator and strength is tried on. */
  readonly variations: number;
  readonly packages: number;
  readonly workers: number;
  readonly say: (line: string) => void;
}

/** Makes, damages and judges packages, and counts. Everything is remembered in the bench's folder, so that a run goes on where it was. */
export async function runScorecard(bench: Bench, plan: Plan): Promise<Results> {
  const { say, workers } = plan;
  const read: ReadDataset[] = [];
  const tasks: BaseTask[] = [];
  await inParallel(Object.entries(plan.datasets), workers, async ([id, folder]) => {
    const dataset = await bench.engine.read(id, folder);
    if (dataset === undefined) return say(`${id}: refused`);
    read.push(dataset);
    const made = await baseTasks(bench, dataset);
    tasks.push(...made.tasks);
    say(
      `${id}: ${made.tasks.map((task) => task.id).join(', ') || 'no task'}${made.ended.map(({ id: other, reason }) => `; ${other} ended: ${reason}`).join('')}`,
    );
  });
  tasks.sort((one, other) => (one.id < other.id ? -1 : 1));
  const leftOut: Record<string, number> = {};
  const cases: Case[] = [];
  cases.push(...(await defectCases(bench, plan, tasks)));
  cases.push(...(await cleanCases(bench, plan, tasks, leftOut)));
  const naturals: Results['naturals'] = [];
  await inParallel(
    plan.naturals.filter((natural) => natural.dataset in plan.datasets),
    workers,
    async (natural) => {
      const dataset = read.find((candidate) => candidate.id === natural.dataset);
      const judged = dataset === undefined ? undefined : await judgeNatural(bench, natural, dataset);
      if (judged === undefined) return say(`${natural.id}: the dataset does not hold what it asks for`);
      const { told, refused } = judged;
      const named = natural.rules.some((rule) => refused.startsWith(`${rule}:`));
      const layers = refused === '' ? [...caughtBy(told, natural.rules, 'block')] : named ? ['design stage'] : [];
      const stopped = refused !== '' || saidOf(told).some((word) => !word.endsWith('(warned)'));
      const { id, does, rules } = natural;
      naturals.push({ id, dataset: natural.dataset, does, rules: [...rules], layers, told: refused === '' ? saidOf(told) : [refused], stopped });
      say(
        `${id}: ${layers.length > 0 ? `caught by ${layers.join(', ')}` : stopped ? `stopped, but not by ${rules.join(', ')}: ${refused || saidOf(told).join(' ')}` : 'VERIFIED'}`,
      );
    },
  );
  naturals.sort((one, other) => NATURALS.findIndex((natural) => natural.id === one.id) - NATURALS.findIndex((natural) => natural.id === other.id));
  const datasets = [...new Set(tasks.map((task) => task.dataset))].map((id) => ({
    id,
    half: halfOf(id),
    tasks: tasks.filter((task) => task.dataset === id).map((task) => task.id),
  }));
  return tally({ datasets, cases, operators: plan.operators, leftOut, naturals });
}

/** The tasks themselves and their variants. */
async function cleanCases(bench: Bench, { variations, workers, say }: Plan, tasks: readonly BaseTask[], leftOut: Record<string, number>): Promise<Case[]> {
  const planned = await Promise.all(
    tasks.map(async (task) =>
      (variations === 0 ? [] : variationsOf(task, await profileOf(bench, task.documents), variations)).map((variation) => ({ task, variation })),
    ),
  );
  const cases: Case[] = [];
  const started = performance.now();
  let done = 0;
  const known = new Set<string>();
  const every = [...tasks.map((task) => ({ task, variation: undefined })), ...planned.flat()];
  await inParallel(every, workers, async ({ task, variation }) => {
    const made = variation === undefined ? task : await variantOf(bench, task, variation);
    const unfit = typeof made === 'string' ? made : known.has(made.bundle) ? 'the same package as another variant' : undefined;
    if (unfit !== undefined) leftOut[unfit] = (leftOut[unfit] ?? 0) + 1;
    else if (typeof made !== 'string') {
      known.add(made.bundle);
      const told = await judgeByAllLayers({ bundle: made.bundle, raw: made.raw, proposal: made.proposal }, bench);
      cases.push({ ...labels(task), kind: 'clean', name: variation?.name ?? 'as it is', told });
      const blamed = saidOf(told).filter((word) => !word.endsWith('(warned)'));
      if (blamed.length > 0) say(`FALSE ALARM ${task.id}, ${variation?.name ?? 'as it is'}: ${blamed.join(' ')}`);
    }
    done += 1;
    if (done % 20 === 0) say(`clean: ${done} of ${every.length} in ${Math.round((performance.now() - started) / 1000)} s`);
  });
  return cases.sort(byName);
}

/** Each operator at each strength, on a few packages of each half that it applies to. */
async function defectCases(bench: Bench, { operators, packages, workers, say }: Plan, tasks: readonly BaseTask[]): Promise<Case[]> {
  const fitting = new Map<string, BaseTask[]>();
  await inParallel(tasks, workers, async (task) => {
    if ((await labelledRows(bench, task)) > MOST_ROWS) return;
    for (const id of await applicable({ id: task.id, bundle: task.bundle, base: task.quick }, bench)) fitting.set(id, [...(fitting.get(id) ?? []), task]);
  });
  const orders = new Map<BaseTask, (readonly [string, Strength])[]>();
  for (const operator of operators)
    for (const half of ['development', 'held-out'] as const)
      for (const task of drawn(fitting.get(operator.id) ?? [], half, operator.id, packages))
        orders.set(task, [...(orders.get(task) ?? []), ...STRENGTHS.map((strength) => [operator.id, strength] as const)]);
  const total = [...orders.values()].reduce((sum, list) => sum + list.length, 0);
  const cases: Case[] = [];
  const started = performance.now();
  const suspects = (
    await inParallel(
      [...orders].sort(([one], [other]) => (one.id < other.id ? -1 : 1)),
      workers,
      async ([task, list]) =>
        (await damage({ id: task.id, bundle: task.bundle, raw: task.raw, base: task.quick }, list, bench)).map((damaged) => ({ task, damaged })),
    )
  ).flat();
  say(`defects: ${suspects.length} packages of ${total} orders`);
  await inParallel(suspects, workers, async ({ task, damaged }) => {
    const told = await judgeByAllLayers({ bundle: damaged.bundle, raw: task.raw, proposal: task.proposal }, bench).catch((error: unknown): Told => {
      // A layer that breaks down over a package has not caught it.
      say(`FAULT ${damaged.operator} ${damaged.strength} on ${task.id}: ${(error as Error).message.slice(0, 300)}`);
      return NOTHING_TOLD;
    });
    cases.push({ ...labels(task), kind: 'defect', name: damaged.operator, strength: damaged.strength, told });
    const rules = operators.find((operator) => operator.id === damaged.operator)?.rules ?? [];
    if (damaged.strength !== 'weak' && caughtBy(told, rules, 'block').length === 0)
      say(
        `${caughtBy(told, rules, 'warn').length > 0 ? 'warned' : 'MISSED'} ${damaged.operator} ${damaged.strength} on ${task.id} [${rules.join(' ')}]: ${saidOf(told).join(' ')}`,
      );
    if (cases.length % 50 === 0) say(`defects: ${cases.length} of ${suspects.length} in ${Math.round((performance.now() - started) / 1000)} s`);
  });
  return cases.sort(byName);
}

/** Operators are tried on tasks up to this many labelled rows: a defect does not depend on the size as time does. */
const MOST_ROWS = 8_000;

/** A few tasks of a half, drawn by hash; no dataset twice before each was drawn once. */
function drawn(tasks: readonly BaseTask[], half: BaseTask['half'], salt: string, most: number): readonly BaseTask[] {
  const key = (text: string): string => createHash('sha256').update(`${salt} ${text}`).digest('hex');
  const mixed = tasks.filter((task) => task.half === half).sort((one, other) => (key(one.id) < key(other.id) ? -1 : 1));
  const round = (task: BaseTask): number => mixed.filter((other) => other.dataset === task.dataset).indexOf(task);
  return [...mixed].sort((one, other) => round(one) - round(other)).slice(0, most);
}

function labels(task: BaseTask): Pick<Case, 'dataset' | 'half' | 'task' | 'modality'> {
  return { dataset: task.dataset, half: task.half, task: task.id, modality: task.proposal.modality };
}

function byName(one: Case, other: Case): number {
  return `${one.task} ${one.name} ${one.strength ?? ''}` < `${other.task} ${other.name} ${other.strength ?? ''}` ? -1 : 1;
}

/** Works through a list with several workers; results in the order of the list. */
export async function inParallel<Item, Result>(items: readonly Item[], workers: number, work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let place = next++; place < items.length; place = next++) results[place] = await work(items[place] as Item);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(workers, items.length)) }, worker));
  return results;
}
