import type { RungKind, TaskManifest, Value } from '@mle-smith/contracts';
import type { ExecuteConfig } from '../config.ts';
import type { Climbed } from './climb.ts';
import { skillsOf } from './skills.ts';

/** The `value` block: what a verified task shows (task-science 7, evaluation E.10). */
export function valueOf(manifest: TaskManifest, climbed: Climbed, joined: boolean, config: ExecuteConfig): Value {
  const { ladder, trivial, rarestClassUnits, traits, sign } = climbed;
  const rungOf = (kind: RungKind): Climbed['trivial'] | undefined => (kind === 'trivial' ? trivial : ladder.rungs.find((rung) => rung.kind === kind));
  const scores: Value['scores'] = {};
  for (const kind of ['trivial', 'simple', 'standard', 'strong'] as const) {
    const rung = rungOf(kind);
    if (rung !== undefined) scores[kind] = { rung: rung.name, score: rung.score, standardError: rung.standardError, seedSpread: rung.seedSpread };
  }
  const strong = rungOf('strong') ?? climbed.chosen;
  return {
    question: manifest.question.question,
    user: manifest.question.user,
    momentOfPrediction: manifest.question.momentOfPrediction,
    scores,
    ladder_levels: ladder.ladder_levels,
    ladder_span: ladder.ladder_span,
    effort_gain: ladder.effort_gain,
    ladder_difficulty: ladder.ladder_difficulty,
    signal_to_noise: strong.standardError > 0 ? Number(((sign * (strong.score - trivial.score)) / strong.standardError).toPrecision(4)) : 0,
    agent_difficulty: null,
    discrimination: null,
    reward_anchors: { 0: trivial.score, 1: strong.score },
    test_units: { kind: ladder.unit, count: ladder.units, ...(rarestClassUnits === undefined ? {} : { rarest_class: rarestClassUnits }) },
    excluded_columns: manifest.ledger.filter((entry) => !entry.kept).map((entry) => ({ column: entry.column, reason: entry.reason })),
    contamination: manifest.question.contamination,
    traits: { ...traits },
    skills: skillsOf(manifest, traits, joined, config.skills),
  };
}
