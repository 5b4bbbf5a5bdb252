import type { ScoreReport, TaskManifest } from '@mle-smith/contracts';

/** What a score is measured with, and what the baselines of a verified task reach. */
export type Standing = Pick<ScoreReport, 'metric' | 'direction' | 'baselines'>;

/** The part of a manifest that says how a score is to be read. */
export interface Scored {
  readonly metric: Pick<TaskManifest['metric'], 'name' | 'direction'>;
  readonly value?: { readonly scores: NonNullable<TaskManifest['value']>['scores'] } | undefined;
}

/** Reads the standing from a manifest; a package of another layout has none. */
export function standingOf(manifest: Scored | undefined): Standing {
  if (manifest === undefined) return {};
  const { metric, value } = manifest;
  const baselines = (['trivial', 'strong'] as const).flatMap((kind) => {
    const found = value?.scores[kind];
    return found === undefined ? [] : [{ kind, rung: found.rung, score: found.score }];
  });
  return { metric: metric.name, direction: metric.direction, ...(baselines.length === 0 ? {} : { baselines }) };
}

/** A valid score for a person: the number first, then how to read it. */
export function scoreText(score: number, { metric, direction, baselines = [] }: Standing): string {
  if (metric === undefined) return `${score}\n`;
  const beside = baselines.map(({ kind, rung, score: reached }) => `${kind} ${rung} ${reached}`).join(', ');
  return `${score}  ${metric}, ${direction === 'minimize' ? 'lower' : 'higher'} is better${beside === '' ? '' : `; baselines: ${beside}`}\n`;
}
