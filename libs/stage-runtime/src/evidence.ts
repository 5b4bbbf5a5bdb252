import type { z } from 'zod';
import { AssertVerdict, ExecuteVerdict, ReviewVerdict, type Difficulty, type Finding } from '@mle-smith/contracts';
import { ArtifactCorruptError, ArtifactMissingError, getJson, type ArtifactStore, type Digest } from '@mle-smith/package';
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
  /** Documents whose content is gone or is not what was written, and how that was seen. */
  readonly unreadable: readonly { readonly document: string; readonly message: string }[];
}

/** Reads the verdicts on a task that can be read, and their findings; where there is no verdict with any, those that it was sent back with. */
export async function evidenceOf(artifacts: ArtifactStore, task: Pick<SubjectRecord, 'documents' | 'findings'>): Promise<Evidence> {
  const unreadable: { document: string; message: string }[] = [];
  const read = <T>(document: string, schema: z.ZodType<T>): Promise<T | undefined> =>
    readUndamaged(artifacts, task.documents[document], schema, (message) => unreadable.push({ document, message }));
  const [design, assert, review, execute] = await Promise.all([
    read('assertDesign', AssertVerdict),
    read('assert', AssertVerdict),
    read('review', ReviewVerdict),
    read('execute', ExecuteVerdict),
  ]);
  const judged = [design, assert, execute].filter((verdict) => verdict !== undefined);
  const findings = [...judged.flatMap((verdict) => verdict.findings), ...(review?.findings ?? [])];
  return { judged, review, execute, findings: findings.length > 0 ? findings : task.findings, unreadable };
}

/** A document of a subject; undefined where it has none, or one of another shape. */
export async function readDocument<T>(artifacts: ArtifactStore, digest: Digest | undefined, schema: z.ZodType<T>): Promise<T | undefined> {
  if (digest === undefined) return undefined;
  const parsed = schema.safeParse(await getJson(artifacts, digest));
  return parsed.success ? parsed.data : undefined;
}

/** A document of a subject; where its content is gone or changed, that is told and there is none. */
async function readUndamaged<T>(
  artifacts: ArtifactStore,
  digest: Digest | undefined,
  schema: z.ZodType<T>,
  damaged: (message: string) => void,
): Promise<T | undefined> {
  try {
    return await readDocument(artifacts, digest, schema);
  } catch (error) {
    if (!(error instanceof ArtifactCorruptError || error instanceof ArtifactMissingError)) throw error;
    damaged(error.message);
    return undefined;
  }
}

/** The grade of a task that is verified; undefined of any other subject, and where its verdict cannot be read. */
export async function difficultyOf(
  artifacts: ArtifactStore,
  { state, documents }: Pick<SubjectRecord, 'state' | 'documents'>,
): Promise<Difficulty | undefined> {
  if (state !== 'task.verified') return undefined;
  const execute = await readUndamaged(artifacts, documents['execute'], ExecuteVerdict, () => undefined);
  return execute?.ladder?.ladder_difficulty;
}

/** How many open subjects wait in each state. */
export function openStates(counts: readonly StateCount[]): Readonly<Record<string, number>> {
  return Object.fromEntries(counts.filter(({ state }) => !isTerminal(state)).map(({ state, subjects }) => [state, subjects]));
}
