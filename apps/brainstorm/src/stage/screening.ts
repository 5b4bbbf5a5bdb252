import { z } from 'zod';
import type { JobRunner, JobStatus } from '@mle-smith/environment';
import { type TableProfile, Scale } from '@mle-smith/contracts';
import type { Digest } from '@mle-smith/package';
import type { Candidate } from './rules/candidates.ts';
import { linkedOf } from './rules/pairs.ts';

/** What was measured on one candidate; scores are scale-free and cross-validated. */
export const TargetScreening = z.object({
  rows: z.int(),
  score: Scale,
  trivial: z.number(),
  best: z.number(),
  /** What each input gives alone. */
  alone: z.record(z.string(), z.number()),
  /** Single inputs and pairs that all but give the target. */
  shortcuts: z.array(z.array(z.string())),
  /** How often the level of a column follows from the target: such a column was made from it. */
  steps: z.record(z.string(), z.number()).default({}),
  derivations: z.array(z.object({ kind: z.string(), columns: z.array(z.string()) })),
  /** What the pattern of missing cells gives, together and by column. */
  missingness: z.number().nullable(),
  missingAlone: z.record(z.string(), z.number()).default({}),
  /** Share of the gain that is lost without a column. */
  unknownCost: z.record(z.string(), z.number()),
  /** Of a pair of texts: the share of what comparing them gains that one of them gains alone; null where comparing gains nothing. */
  oneText: z.number().nullish(),
  /** Columns whose repeated values always come with the same answer, with the share of rows that repeat. */
  twins: z.record(z.string(), z.number()).default({}),
  entities: z.record(z.string(), z.object({ random: z.number().nullable(), group: z.number().nullable(), standardError: z.number().nullish() })),
});
export type TargetScreening = z.infer<typeof TargetScreening>;

export const Screening = z.object({
  targets: z.record(z.string(), TargetScreening),
  mutual: z.array(z.object({ one: z.string(), other: z.string(), scale: z.string(), score: z.number() })),
});
export type Screening = z.infer<typeof Screening>;

/** One candidate with the inputs that it still has. */
export interface Asked {
  readonly candidate: Candidate;
  readonly inputs: readonly string[];
  /** Inputs that only a measurement can judge. */
  readonly unknown: readonly string[];
  /** Whether it is asked of a pair of texts. */
  readonly paired: boolean;
}

/** The job could not measure; the status `lost` is a fault of the machine. */
export class ScreeningError extends Error {
  readonly code = 'screening_failed';
  readonly status: JobStatus;
  constructor(message: string, status: JobStatus) {
    super(`the data could not be measured: ${message}`);
    this.name = new.target.name;
    this.status = status;
  }
}

/** Measures candidates of one table in one job. Throws `ScreeningError`. */
export async function screen(
  jobs: JobRunner,
  input: { name: string; raw: Digest; table: TableProfile; asked: readonly Asked[]; entities: readonly string[] },
  signal: AbortSignal,
): Promise<Screening> {
  const { pair } = input.table;
  const targets = input.asked.map(({ candidate, inputs, paired }) => ({
    column: candidate.column.name,
    objective: candidate.objective,
    positive: candidate.positive,
    event: candidate.event?.name,
    inputs,
    ...(paired && pair !== undefined ? { pair: { one: pair.one, other: pair.other, group: linkedOf(input.table) } } : {}),
    classes: candidate.classes,
    separator: candidate.column.parts?.separator,
  }));
  const unknown = [...new Set(input.asked.flatMap((asked) => asked.unknown))];
  const result = await jobs.run(
    {
      name: input.name,
      zone: 'measure',
      trust: 'ours',
      run: { call: 'mle_env.screen:screen', argument: { reader: input.table.reader, targets, entities: input.entities, unknown } },
      inputs: [{ at: 'raw', bundle: input.raw }],
    },
    signal,
  );
  if (result.status !== 'succeeded') throw new ScreeningError(result.message, result.status);
  return Screening.parse(result.value);
}
