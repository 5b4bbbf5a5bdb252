import type { z } from 'zod';
import { AssertVerdict, ExecuteVerdict, ReviewVerdict, type Difficulty, type Finding } from '@mle-smith/contracts';
import { getJson, type ArtifactStore, type Digest } from '@mle-smith/package';
import { isTerminal } from '@mle-smith/task';
import type { SubjectRecord } from './subject-record.ts';
import type { StateCount } from './task-store.ts';

/** What the stages found out about a task, as far as it came. */
export interface Evidence {
  /** Of assert-design, assert-package and execute, in that order. */
  readonly judged: readonly (AssertVerdict | ExecuteVerdict)[];
  readonly review: ReviewVerdict | undefined;
  readonly execute: ExecuteVerdict | undefined;
  readonly findings: readonly Finding[];
}

/** Reads the verdicts on a task, and their findings; where there is no verdict with any, those that it was sent back with. */
export async function evidenceOf(artifacts: ArtifactStore, task: Pick<SubjectRecord, 'documents' | 'findings'>): Promise<Evidence> {
  const { documents } = task;
  const [design, assert, review, execute] = await Promise.all([
    readDocument(artifacts, documents['assertDesign'], AssertVerdict),
    readDocument(artifacts, documents['assert'], AssertVerdict),
    readDocument(artifacts, documents['review'], ReviewVerdict),
    readDocument(artifacts, documents['execute'], ExecuteVerdict),
  ]);
  const judged = [design, assert, execute].filter((verdict) => verdict !== undefined);
  const findings = [...judged.flatMap((verdict) => verdict.findings), ...(review?.findings ?? [])];
  return { judged, review, execute, findings: findings.length > 0 ? findings : task.findings };
}

/** A document of a subject; undefined where it has none, or one of another shape. */
export async function readDocument<T>(artifacts: ArtifactStore, digest: Digest | undefined, schema: z.ZodType<T>): Promise<T | undefined> {
  if (digest === undefined) return undefined;
  const parsed = schema.safeParse(await getJson(artifacts, digest));
  return parsed.success ? parsed.data : undefined;
}

/** The grade of a task that is verified; undefined of any other subject. */
export async function difficultyOf(
  artifacts: ArtifactStore,
  { state, documents }: Pick<SubjectRecord, 'state' | 'documents'>,
): Promise<Difficulty | undefined> {
  if (state !== 'task.verified') return undefined;
  return (await readDocument(artifacts, documents['execute'], ExecuteVerdict))?.ladder?.ladder_difficulty;
}

/** How many open subjects wait in each state. */
export function openStates(counts: readonly StateCount[]): Readonly<Record<string, number>> {
  return Object.fromEntries(counts.filter(({ state }) => !isTerminal(state)).map(({ state, subjects }) => [state, subjects]));
}
