import type { Finding, ProbeResult, ReasonCode, RuleResult } from '@mle-smith/contracts';
import type { ExportCheck } from '@mle-smith/package';
import type { ExecuteConfig } from '../../config.ts';
import type { Climbed } from '../climb.ts';
import type { LadderSpec } from '@mle-smith/task';

/** What the rules of this stage judge. `climbed` lacks where the task has no metric of the catalogue. */
export interface Evidence {
  readonly spec: LadderSpec;
  readonly climbed: Climbed | undefined;
  readonly probes: readonly ProbeResult[];
  /** What the contracts of other tools say about the exports; undefined where there is no manifest or no ladder to export with. */
  readonly exports: ExportCheck | undefined;
}

/** A rule's answer: `warned` goes on with its numbers; a rule that has nothing to judge here says why. */
export type Judgement = { readonly measurement: Readonly<Record<string, unknown>> } & (
  | { readonly status: Exclude<RuleResult['status'], 'not_applicable'>; readonly message?: string }
  | { readonly status: 'not_applicable'; readonly message: string }
);

/** The rule does not concern such a task; the reason is shown to the reader ("single series"). */
export function notApplicable(reason: string): Judgement {
  return { status: 'not_applicable', measurement: {}, message: reason };
}

export interface ExecuteRule {
  readonly id: string;
  readonly title: string;
  readonly level: 'B' | 'W';
  /** Why a task ends when this rule blocks it; execution's findings are not repairable (task-science 6). */
  readonly code: ReasonCode;
  /** The thresholds that it reads. */
  readonly thresholds?: readonly (keyof ExecuteConfig)[];
  /** What it judges, where that is not every package. */
  readonly concerns?: string;
  readonly judge: (evidence: Evidence, config: ExecuteConfig) => Judgement;
}

/** Judges with the ladder where there is one. */
function onLadder(judge: (climbed: Climbed, evidence: Evidence, config: ExecuteConfig) => Judgement): ExecuteRule['judge'] {
  return (evidence, config) =>
    evidence.climbed === undefined ? notApplicable('the metric is none of the catalogue, so no ladder was climbed') : judge(evidence.climbed, evidence, config);
}

function probe(...names: string[]): ExecuteRule['judge'] {
  return ({ probes }) => {
    const found = probes.filter((result) => names.includes(result.name));
    if (found.length === 0) return { status: 'not_measured', measurement: {}, message: 'the probe was not run' };
    const failed = found.filter((result) => !result.passed);
    return {
      status: failed.length === 0 ? 'passed' : 'failed',
      measurement: Object.assign({}, ...found.map((result) => result.observed)) as Record<string, unknown>,
      message: `the probe ${failed.map((result) => result.name).join(', ')} was not answered as it must be`,
    };
  };
}

export const EXECUTE_RULES: readonly ExecuteRule[] = [
  { id: 'X01', title: 'a program that does nothing gets submission_missing and no score', level: 'B', code: 'defective', judge: probe('nop') },
  {
    id: 'X02',
    title: 'the best learned rung beats the best trivial rung by 3 standard errors and by an effect that matters',
    level: 'B',
    code: 'unlearnable',
    thresholds: ['leastGainErrors', 'leastEffect', 'leastUnits'],
    concerns: 'metrics of the catalogue',
    judge: onLadder(learnable),
  },
  {
    id: 'X03',
    title: 'no simple or standard rung is all but perfect, beyond one standard error',
    level: 'B',
    code: 'trivial',
    thresholds: ['ceiling'],
    concerns: 'metrics of the catalogue',
    judge: onLadder(notTrivial),
  },
  {
    id: 'X04',
    title: 'models that learned from shuffled labels are no better than the trivial rung',
    level: 'B',
    code: 'leaking',
    concerns: 'metrics of the catalogue',
    judge: onLadder(shuffled),
  },
  { id: 'X05', title: 'the cheat oracle finds no answers', level: 'B', code: 'leaking', judge: probe('cheat_oracle') },
  { id: 'X06', title: 'no secret, network or service account is in reach', level: 'B', code: 'leaking', judge: probe('secrets_and_network') },
  {
    id: 'X07',
    title: 'files that claim a score have no effect and left-over processes are gone before grading',
    level: 'B',
    code: 'leaking',
    judge: probe('sample_submission', 'fake_score_and_left_over_process'),
  },
  { id: 'X08', title: 'each of the seven feedback modes is produced by its probe', level: 'B', code: 'platform_error', judge: probe('feedback_modes') },
  { id: 'X09', title: 'limits on time, memory, output, processes and logs hold', level: 'B', code: 'platform_error', judge: probe('limits') },
  {
    id: 'X14',
    title: 'each export fulfils the contract of its tool',
    level: 'B',
    code: 'defective',
    concerns: 'packages of ours with a ladder',
    judge: exported,
  },
  {
    id: 'X15',
    title: 'the strong rung has headroom over the first learned rung',
    level: 'W',
    code: 'trivial',
    thresholds: ['headroomErrors'],
    concerns: 'ladders with a strong rung',
    judge: onLadder(headroom),
  },
  {
    id: 'S12b',
    title: 'the place of a row and its id say nothing about the target',
    level: 'B',
    code: 'leaking',
    thresholds: ['metadata'],
    concerns: 'metrics of the catalogue',
    judge: onLadder(metadata),
  },
  {
    id: 'S20',
    title: 'the test set can rank solutions',
    level: 'B',
    code: 'noisy',
    thresholds: ['leastTest', 'noise', 'leastUnits'],
    concerns: 'metrics of the catalogue',
    judge: onLadder(testSize),
  },
  {
    id: 'M15',
    title: "the package's metric agrees with the catalogue's, and with itself in the forms of other tools, to 1e-9",
    level: 'B',
    code: 'defective',
    concerns: 'metrics of the catalogue',
    judge: onLadder(parity),
  },
];

interface Reached extends Pick<Climbed, 'chosen' | 'trivial' | 'sign'> {
  /** The chosen rung on its scale-free score. */
  readonly value: number;
}

/** Whether an effect is large enough to matter: by metric where one has a scale of its own, else by scale-free score. */
const EFFECTS: Readonly<Record<string, (reached: Reached, least: ExecuteConfig['leastEffect']) => boolean>> = {
  quadratic_weighted_kappa: ({ chosen }, { kappa }) => chosen.score >= kappa,
  balanced_accuracy: ({ chosen, trivial, sign, value }, { aboveTrivial }) =>
    Math.max(sign * (chosen.score - trivial.score), value - (trivial.scaleFree?.value ?? 0)) >= aboveTrivial,
  roc_auc: ({ value }, { roc_auc }) => value >= roc_auc,
  span_f1: ({ chosen, trivial }, { aboveTrivial }) => chosen.score - trivial.score >= aboveTrivial,
  label_f1: ({ chosen, trivial }, { aboveTrivial }) => chosen.score - trivial.score >= aboveTrivial,
  // A lexicon tags most tokens right: what counts is how much of the rest is left.
  token_accuracy: ({ chosen, trivial }, { ofErrors }) => chosen.score - trivial.score >= ofErrors * (1 - trivial.score),
  concordance: ({ value }, { concordance }) => value >= concordance,
  ndcg_at_10: ({ chosen, trivial }, { ranking }) => chosen.score >= (1 + ranking) * trivial.score,
  mase: saves,
  rmsse: saves,
  r2: ({ value }, { r2 }) => value >= r2,
};

/** Whether a forecast takes away enough of the trivial rung's error. */
function saves({ chosen, trivial, sign }: Reached, { forecast }: ExecuteConfig['leastEffect']): boolean {
  return sign * (chosen.score - trivial.score) >= forecast * Math.abs(trivial.score);
}

function learnable({ ladder, trivial, chosen, sign, entities }: Climbed, { spec }: Evidence, config: ExecuteConfig): Judgement {
  const { leastEffect, leastGainErrors, leastUnits } = config;
  const scale = chosen.scaleFree;
  const matters = EFFECTS[spec.metric] ?? EFFECTS[scale?.name ?? 'r2'] ?? EFFECTS['r2'];
  const effect = matters?.({ chosen, trivial, sign, value: scale?.value ?? 0 }, leastEffect) ?? false;
  const measurement = {
    chosen: chosen.name,
    trivial: trivial.name,
    gain: ladder.gain,
    gainStandardError: ladder.gainStandardError,
    effect: spec.series === undefined ? (scale ?? null) : { name: 'error saved', value: errorSaved(ladder.gain, trivial.score) },
    unit: ladder.unit,
    units: ladder.units,
    ...(entities === undefined
      ? {}
      : { entities: Object.fromEntries(Object.entries(entities).map(([entity, scores]) => [entity, scores[chosen.name] ?? null])) }),
  };
  if (ladder.units < leastUnits) return { status: 'failed', measurement, message: `${ladder.units} units of ${ladder.unit} allow no standard error` };
  const clear = ladder.gain > 0 && ladder.gain >= leastGainErrors * ladder.gainStandardError;
  return {
    status: clear && effect ? 'passed' : 'failed',
    measurement,
    message: `${chosen.name} is ${ladder.gain} better than ${trivial.name} with a standard error of ${ladder.gainStandardError}${effect ? '' : spec.series === undefined ? `, and its ${scale?.name ?? 'effect'} of ${scale?.value ?? 0} is too small to matter` : `, which saves ${Math.round(100 * errorSaved(ladder.gain, trivial.score))} % of the error: too little to matter`}`,
  };
}

/** The share of the trivial rung's error that a gain takes away. */
function errorSaved(gain: number, trivial: number): number {
  return trivial > 0 ? Number((gain / trivial).toPrecision(3)) : 0;
}

/** A forecast that is all but perfect leaves next to nothing of the trivial rung's error: R² would be near 1 by the levels of the series alone. */
function nearlyExact({ ladder, trivial }: Climbed, { ceiling }: ExecuteConfig): Judgement {
  const left = Object.fromEntries(
    ladder.rungs
      .filter((rung) => rung.kind === 'standard')
      .map((rung) => [rung.name, trivial.score > 0 ? Number((rung.score / trivial.score).toPrecision(3)) : 0]),
  );
  const [perfect] = Object.entries(left).find(([, share]) => share < ceiling.forecast) ?? [];
  return {
    status: perfect === undefined ? 'passed' : 'failed',
    measurement: { trivial: trivial.name, errorLeft: left, least: ceiling.forecast },
    message: `${perfect ?? ''} leaves ${Math.round(100 * (left[perfect ?? ''] ?? 0))} % of the error of ${trivial.name}: nothing is left to do better`,
  };
}

function notTrivial(climbed: Climbed, { spec }: Evidence, config: ExecuteConfig): Judgement {
  if (spec.series !== undefined) return nearlyExact(climbed, config);
  const { ladder } = climbed;
  const reached = ladder.rungs.filter((rung) => (rung.kind === 'simple' || rung.kind === 'standard') && rung.scaleFree !== undefined);
  // Of few units one mistake alone is more than the ceiling leaves.
  const ceiling = (name: string): number =>
    Math.min(config.ceiling[name as keyof typeof config.ceiling] ?? Infinity, name === 'balanced_accuracy' ? 1 - 1.5 / Math.max(1, ladder.units) : Infinity);
  // By chance a good rung is all but perfect on a few test rows: the ceiling must be passed beyond one error.
  const perfect = reached.find(({ scaleFree }) => (scaleFree?.value ?? 0) - (scaleFree?.standardError ?? 0) >= ceiling(scaleFree?.name ?? ''));
  return {
    status: perfect === undefined ? 'passed' : 'failed',
    measurement: Object.fromEntries(reached.map((rung) => [rung.name, rung.scaleFree])),
    message: `${perfect?.name ?? ''} reaches ${perfect?.scaleFree?.name ?? ''} ${exact(perfect?.scaleFree?.value)} (standard error ${exact(perfect?.scaleFree?.standardError)}), which is beyond ${exact(ceiling(perfect?.scaleFree?.name ?? ''))} by more than one error: nothing is left to do better`,
  };
}

/** Enough digits to tell a score from its ceiling. */
function exact(value: number | null | undefined): string {
  return value === null || value === undefined ? 'unknown' : String(Number(value.toPrecision(8)));
}

function shuffled({ shuffledMedian, shuffledSpread, trivial, chosen, sign }: Climbed, { spec }: Evidence): Judgement {
  if (spec.series?.keys.length === 0) return { status: 'not_applicable', measurement: {}, message: 'one series has no other to exchange its past with' };
  if (shuffledMedian === undefined) return { status: 'not_measured', measurement: {}, message: 'no model learned from shuffled labels' };
  const above = sign * (shuffledMedian - trivial.score);
  const error = Math.max(chosen.standardError, trivial.standardError, shuffledSpread);
  return {
    status: above > 3 * error ? 'failed' : 'passed',
    measurement: { shuffledMedian, trivial: trivial.score, standardError: error },
    message: `models without signal score ${shuffledMedian}, the trivial rung ${trivial.score}: the grader pays for nothing`,
  };
}

function headroom({ ladder, oriented }: Climbed, _evidence: Evidence, config: ExecuteConfig): Judgement {
  const strong = ladder.rungs.find((rung) => rung.kind === 'strong');
  const first = ladder.rungs.find((rung) => rung.kind === 'simple') ?? ladder.rungs.find((rung) => rung.kind === 'standard');
  if (strong === undefined || first === undefined) return notApplicable('the ladder has no strong rung, or none below it');
  const { gain, error } = oriented(strong, first);
  return {
    status: gain >= config.headroomErrors * error && gain > 0 ? 'passed' : 'warned',
    measurement: { first: first.name, gain, standardError: error, class: ladder.ladder_difficulty },
    message: `${strong.name} is not clearly better than ${first.name}: a ${ladder.ladder_difficulty} task`,
  };
}

function metadata({ metadata: score, trivial, best, oriented, chosen, sign }: Climbed, _evidence: Evidence, config: ExecuteConfig): Judgement {
  if (score === undefined) return { status: 'not_measured', measurement: {}, message: 'no model learned from the place of rows' };
  const gain = sign * (score - trivial.score);
  const whole = oriented(best, trivial).gain;
  const share = whole > 0 ? Number((gain / whole).toPrecision(3)) : 0;
  const real = gain > 3 * chosen.standardError;
  const status = !real || share <= config.metadata.warn ? 'passed' : share > config.metadata.block ? 'failed' : 'warned';
  return {
    status,
    measurement: { score, trivial: trivial.score, shareOfGain: share },
    message: `the place of a row alone gives ${Math.round(share * 100)} % of what the best rung gains`,
  };
}

function testSize({ ladder, oriented, trivial, rarestClassUnits, eventUnits }: Climbed, { spec }: Evidence, config: ExecuteConfig): Judgement {
  const strong = ladder.rungs.find((rung) => rung.kind === 'strong');
  const { gain, error } = strong === undefined ? { gain: 0, error: 0 } : oriented(strong, trivial);
  const noise = gain > 0 ? Number((error / gain).toPrecision(3)) : null;
  const measurement = {
    units: ladder.units,
    unit: ladder.unit,
    rarestClassUnits: rarestClassUnits ?? null,
    ...(eventUnits === undefined ? {} : { eventUnits }),
    standardErrorToSpan: noise,
  };
  if (spec.objective === 'binary' && (rarestClassUnits ?? 0) < config.leastTest.rarerClass)
    return { status: 'failed', measurement, message: `${rarestClassUnits ?? 0} test units of the rarer class; ${config.leastTest.rarerClass} are needed` };
  if (spec.objective === 'survival' && (eventUnits ?? 0) < config.leastTest.rarerClass)
    return { status: 'failed', measurement, message: `${eventUnits ?? 0} test units had the event; ${config.leastTest.rarerClass} are needed` };
  if ((spec.objective === 'regression' || spec.objective === 'count' || spec.objective === 'ranking') && ladder.units < config.leastTest.regression)
    return { status: 'failed', measurement, message: `${ladder.units} test units; ${config.leastTest.regression} are needed` };
  if (spec.series !== undefined && ladder.units < config.leastUnits)
    return { status: 'failed', measurement, message: `${ladder.units} test units of ${ladder.unit}; ${config.leastUnits} are needed` };
  if (noise === null) return { status: 'passed', measurement };
  return {
    status: noise > config.noise.block ? 'failed' : noise > config.noise.warn ? 'warned' : 'passed',
    measurement,
    message: `the standard error is ${Math.round(noise * 100)} % of the way from trivial to strong`,
  };
}

function exported({ exports: found }: Evidence): Judgement {
  if (found === undefined) return { status: 'not_applicable', measurement: {}, message: 'only a package of ours with a ladder is exported' };
  const { complaints, checked, impossible } = found;
  return {
    status: complaints.length === 0 && checked.length > 0 ? 'passed' : 'failed',
    measurement: { checked, impossible, complaints: complaints.slice(0, 20) },
    message: complaints.length === 0 ? 'no format can hold the task' : `exports would not load: ${complaints.slice(0, 3).join('; ')}`,
  };
}

function parity({ official }: Climbed): Judgement {
  const { expected, score, difference, forms } = official;
  const bound = 1e-9 * Math.max(1, Math.abs(expected ?? 0));
  const agree = difference !== null && difference <= bound;
  const differing = Object.entries(forms)
    .filter(([, most]) => most === null || most > bound)
    .map(([form]) => form);
  return {
    status: agree && differing.length === 0 ? 'passed' : 'failed',
    measurement: { rung: official.rung, score, expected, agree, forms },
    message: agree
      ? `exported to ${differing.join(', ')} the metric scores otherwise`
      : `metric.py gives ${score ?? official.scoreError ?? 'nothing'} where the catalogue gives ${expected ?? 'nothing'}`,
  };
}

/** Every rule's answer, and the findings of those that did not pass. */
export function judgeExecution(evidence: Evidence, config: ExecuteConfig): { rules: RuleResult[]; findings: Finding[]; code: ReasonCode | undefined } {
  const judged = EXECUTE_RULES.map((rule) => ({ rule, ...rule.judge(evidence, config) }));
  const rules = judged.map(({ rule, status, measurement, message }): RuleResult => ({
    id: rule.id,
    title: rule.title,
    level: rule.level,
    phase: 'execute',
    status,
    measurement: { ...measurement },
    reason: status === 'passed' ? '' : (message ?? ''),
  }));
  const findings = judged
    .filter(({ status }) => status === 'failed' || status === 'warned')
    .map(({ rule, status, measurement, message }): Finding => ({
      rule: rule.id,
      severity: status === 'failed' && rule.level === 'B' ? 'block' : 'warn',
      message: message ?? rule.title,
      evidence: { ...measurement },
      owner: 'none',
    }));
  const blocking = judged.find(({ rule, status }) => status === 'failed' && rule.level === 'B');
  return { rules, findings, code: blocking?.rule.code };
}
