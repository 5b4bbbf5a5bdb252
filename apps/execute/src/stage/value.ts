import type { TaskManifest, Value } from '@mle-smith/contracts';
import type { Climbed } from './climb.ts';

/** The `value` block: what a verified task shows (task-science 7). */
export function valueOf(manifest: TaskManifest, { ladder, trivial, rarestClassUnits }: Climbed): Value {
  const score = (kind: 'trivial' | 'simple' | 'standard' | 'strong'): Value['scores']['trivial'] => {
    const rung = kind === 'trivial' ? trivial : (ladder.rungs.find((candidate) => candidate.kind === kind) ?? trivial);
    return { rung: rung.name, score: rung.score, standardError: rung.standardError, seedSpread: rung.seedSpread };
  };
  const strong = score('strong');
  return {
    question: manifest.question.question,
    user: manifest.question.user,
    momentOfPrediction: manifest.question.momentOfPrediction,
    scores: { trivial: score('trivial'), simple: score('simple'), standard: score('standard'), strong },
    ladder_levels: ladder.ladder_levels,
    ladder_span: ladder.ladder_span,
    effort_gain: ladder.effort_gain,
    ladder_difficulty: ladder.ladder_difficulty,
    reward_anchors: { 0: trivial.score, 1: strong.score },
    test_units: { kind: ladder.unit, count: ladder.units, ...(rarestClassUnits === undefined ? {} : { rarest_class: rarestClassUnits }) },
    excluded_columns: manifest.ledger.filter((entry) => !entry.kept).map((entry) => ({ column: entry.column, reason: entry.reason })),
    contamination: manifest.question.contamination,
    skills: manifest.question.skills,
  };
}
