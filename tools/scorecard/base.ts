import { createHash } from 'node:crypto';
import { Dataset, ExecuteVerdict, Profile, Proposal, ReviewVerdict } from '@mle-smith/contracts';
import { getJson, type Digest } from '@mle-smith/package';
import { z } from 'zod';
import type { Bench } from './bench.ts';
import type { Documents, ReadDataset } from './engine.ts';

export const HALVES = ['development', 'held-out'] as const;
export type Half = (typeof HALVES)[number];

/** A task that the engine made of a whole dataset and verified. */
export interface BaseTask {
  readonly id: string;
  readonly dataset: string;
  readonly half: Half;
  readonly documents: Documents;
  readonly bundle: Digest;
  readonly raw: Digest;
  readonly proposal: Proposal;
  /** What the audit's quick model makes of it. */
  readonly quick: { readonly scale: string; readonly trivial: number; readonly best: number | null };
  readonly ladder: NonNullable<ExecuteVerdict['ladder']>;
  /** Whether the rubric took two points or more off for how little it asks, or for how near to a shortcut it is. */
  readonly tooEasy: boolean;
}

const Audited = z.object({ audit: z.object({ leakage: z.object({ scale: z.string(), trivial: z.number(), best: z.number().nullable() }) }) });

const EASE = new Set<string>(['task_complexity', 'shortcut_resistance']);

/** Which half a dataset belongs to: a bit of the hash of its id, so that nobody chose. */
export function halfOf(datasetId: string): Half {
  return (createHash('sha256').update(datasetId).digest()[0] ?? 0) % 2 === 0 ? 'development' : 'held-out';
}

/** Every task of a dataset that the engine verifies; the others with the reason. */
export async function baseTasks(bench: Bench, dataset: ReadDataset): Promise<{ tasks: BaseTask[]; ended: { id: string; reason: string }[] }> {
  const { artifacts, engine } = bench;
  const tasks: BaseTask[] = [];
  const ended: { id: string; reason: string }[] = [];
  for (const { id, documents } of (await engine.propose(dataset)).proposed) {
    const verified = await engine.verify(id, dataset.id, documents);
    const left = verified.documents;
    if (left === undefined) {
      ended.push({ id, reason: verified.reason });
      continue;
    }
    const { ladder } = ExecuteVerdict.parse(await getJson(artifacts, left['execute'] ?? ''));
    if (ladder === undefined) continue;
    const review = ReviewVerdict.parse(await getJson(artifacts, left['review'] ?? ''));
    tasks.push({
      id,
      dataset: dataset.id,
      half: halfOf(dataset.id),
      documents: left,
      bundle: left['package'] ?? '',
      raw: Dataset.parse(await getJson(artifacts, left['dataset'] ?? '')).raw,
      proposal: Proposal.parse(await getJson(artifacts, left['proposal'] ?? '')),
      quick: Audited.parse(await getJson(artifacts, left['audit'] ?? '')).audit.leakage,
      ladder,
      tooEasy: review.dimensions.some(({ name, score }) => EASE.has(name) && score <= 3),
    });
  }
  return { tasks, ended };
}

/** The profile of a task's dataset. */
export async function profileOf(bench: Bench, documents: Documents): Promise<Profile> {
  return Profile.parse(await getJson(bench.artifacts, documents['profile'] ?? ''));
}
