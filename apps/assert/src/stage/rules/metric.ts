import { METRICS, isMetricName, type MetricName } from '@mle-smith/contracts';
import { notApplicable, onManifest, onMetric, none, when, type Judgement, type Rule } from '../rule.ts';
import type { Measurements, MetricAudit } from '../measurements.ts';
import { toldOtherwise } from './told-direction.ts';

const NAN_CASES = /^cell /;
const UNKNOWN_METRIC = 'the metric is none of the catalogue';
const REFUSAL = 'InvalidSubmissionError';

export const METRIC_RULES: readonly Rule[] = [
  {
    id: 'M01',
    title: 'the perfect submission scores the declared optimum',
    level: 'B',
    phase: 'design',
    concerns: 'metrics of the catalogue',
    owner: 'designer',
    judge: onMetric(({ perfect }, { audit }) => {
      const optimum = audit.facts?.optimum;
      if (optimum === null || optimum === undefined) return notApplicable(UNKNOWN_METRIC);
      return when(
        typeof perfect === 'number' && Math.abs(perfect - optimum) <= 1e-9,
        `the perfect submission scores ${String(perfect)}, the optimum is ${optimum}`,
        { perfect, optimum },
      );
    }),
  },
  {
    id: 'M02',
    title: 'the more answers are exchanged, the worse the score, in the declared direction',
    level: 'B',
    phase: 'design',
    concerns: 'metrics of the catalogue',
    owner: 'designer',
    judge: onMetric(({ perfect, worse, worseErrors }, { audit }) => {
      const direction = audit.facts?.direction;
      if (direction === null || direction === undefined) return notApplicable(UNKNOWN_METRIC);
      const sign = direction === 'maximize' ? 1 : -1;
      const scores = [perfect, ...worse];
      if (!scores.every((score) => typeof score === 'number'))
        return when(false, `a permuted submission was not scored: ${scores.map(String).join(', ')}`, { scores });
      const errors = [0, ...worseErrors];
      const errorOf = (step: number): number => Math.hypot(errors[step] ?? 0, errors[step - 1] ?? 0);
      const falls =
        scores.every((score, step) => step === 0 || sign * (score - (scores[step - 1] ?? 0)) <= 2 * errorOf(step)) &&
        sign * ((scores.at(-1) ?? 0) - (scores[0] ?? 0)) < 0;
      return when(falls, `scores with 0, 10, 25, 50 and 100 % exchanged are ${scores.join(', ')}: not worse and worse when ${direction}d`, {
        scores,
        standardErrors: errors,
        direction,
      });
    }),
  },
  {
    id: 'M03',
    title: 'a cell that is no prediction is refused',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: onMetric(({ refused }) => accepted(refused, (name) => NAN_CASES.test(name))),
  },
  {
    id: 'M04',
    title: 'missing, extra and repeated rows, wrong columns and empty files are refused',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: onMetric(({ refused }) => accepted(refused, (name) => !NAN_CASES.test(name))),
  },
  {
    id: 'M05',
    title: 'the order of rows does not matter',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: onMetric(({ perfect, shuffledRows }) =>
      when(
        shuffledRows === perfect || shuffledRows === REFUSAL,
        `the perfect submission scores ${String(perfect)}, with its rows shuffled ${String(shuffledRows)}`,
        { perfect, shuffledRows },
      ),
    ),
  },
  {
    id: 'M06',
    title: 'the type of the ids does not matter',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: onMetric(({ perfect, idTypes }) =>
      when(
        idTypes.string === perfect && (idTypes.float === perfect || idTypes.float === null || idTypes.float === REFUSAL),
        `ids as text score ${String(idTypes.string)}, as decimals ${String(idTypes.float)}, as they are ${String(perfect)}`,
        { ...idTypes, perfect },
      ),
    ),
  },
  {
    id: 'M07',
    title: 'a constant scores as theory says and not the optimum',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: onMetric(({ constant }, { audit }) => {
      const optimum = audit.facts?.optimum;
      const atOptimum = constant.best !== null && optimum !== null && optimum !== undefined && Math.abs(constant.best - optimum) <= 1e-9;
      return when(constant.agrees && !atOptimum, `a constant scores ${String(constant.first)}, theory says ${String(constant.expected)}`, { ...constant });
    }),
  },
  {
    id: 'M08',
    title: 'random legal submissions get finite scores that differ',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: onMetric(({ legal }, { audit }) =>
      when(
        legal.errors.length === 0 && legal.finite && legal.distinct > 1 && withinRange(legal, audit.facts?.metric ?? null),
        `50 random legal submissions: ${legal.errors.length === 0 ? `scores ${String(legal.lowest)} to ${String(legal.highest)}, ${legal.distinct} different` : `refused with ${legal.errors.join(', ')}`}`,
        { ...legal },
      ),
    ),
  },
  {
    id: 'M09',
    title: 'the metric changes none of its inputs, no file and no global state',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: onMetric(({ mutated, touched }) =>
      when(
        !mutated && touched.length === 0,
        mutated ? 'evaluate changes a table that it was given' : `a call touches what is not its own: ${touched.join(', ')}`,
        { mutated, touched },
      ),
    ),
  },
  {
    id: 'M10',
    title: 'error texts hold no private value',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: onMetric(({ leaks }) => none(leaks, 'error texts that tell answers')),
  },
  {
    id: 'M11',
    title: 'hostile submissions are refused',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: onMetric(({ hostile }) => accepted(hostile, () => true)),
  },
  {
    id: 'M12',
    title: 'the score is a Python float',
    level: 'B',
    phase: 'design',
    owner: 'designer',
    judge: onMetric(({ returns }) => when(returns === 'float', `evaluate gives a ${returns}`, { returns })),
  },
  {
    id: 'M13',
    title: 'what is no probability is refused, or clipped as the description says',
    level: 'W',
    phase: 'design',
    concerns: 'probabilities',
    owner: 'designer',
    judge: onMetric(probabilities),
  },
  {
    id: 'M14',
    title: 'metric and direction are the same in description, manifest and code',
    level: 'B',
    phase: 'package',
    concerns: 'packages with a manifest',
    owner: 'designer',
    judge: onManifest(sameMetric),
  },
  {
    id: 'M16',
    title: 'labels and thresholds are fixed in the code and not taken from the submission',
    level: 'W',
    phase: 'design',
    owner: 'designer',
    judge: ({ audit, metric }) => {
      const { fromSubmission } = audit.code.metric;
      if (fromSubmission.length > 0) return none(fromSubmission, 'chosen by what was submitted');
      const unpredicted = metric?.unpredicted ?? null;
      return when(
        unpredicted === null || unpredicted.agrees,
        `with a class that is never predicted the score is ${String(unpredicted?.score)}; over all classes it is ${String(unpredicted?.expected)}`,
        { fromSubmission, unpredicted },
      );
    },
  },
];

function withinRange({ lowest, highest }: MetricAudit['legal'], metric: string | null): boolean {
  const [least, most] = metric !== null && isMetricName(metric) ? METRICS[metric].range : [-Infinity, Infinity];
  return (lowest ?? least) >= least - 1e-9 && (highest ?? most) <= most + 1e-9;
}

function probabilities({ range }: MetricAudit, { audit, manifest }: Measurements): Judgement {
  if (range === null) return notApplicable('the predictions are no probabilities');
  const told = manifest === undefined || /\bclip/i.test(audit.description);
  const wrong = Object.entries(range).filter(
    ([, { by, score, clipped }]) => by !== REFUSAL && !(by === null && told && score !== null && sameScore(score, clipped)),
  );
  return when(
    wrong.length === 0,
    `probabilities outside of 0 and 1 are neither refused nor clipped as described: ${wrong.map(([name, { by, score }]) => `${name} (${by ?? `scored ${String(score)}`})`).join(', ')}`,
    { ...range },
  );
}

function sameScore(score: number, other: number | string | null): boolean {
  return typeof other === 'number' && Math.abs(score - other) <= 1e-5 * Math.max(1, Math.abs(other));
}

/** The cases that were accepted or answered with another error. */
function accepted(cases: MetricAudit['refused'], chosen: (name: string) => boolean): ReturnType<typeof none> {
  const wrong = Object.entries(cases).filter(([name, refusal]) => chosen(name) && refusal.by !== REFUSAL);
  return none(
    wrong.map(([name, refusal]) => `${name} (${refusal.by === null ? `scored ${String(refusal.score)}` : refusal.by})`),
    `not answered with ${REFUSAL}`,
  );
}

function sameMetric(manifest: NonNullable<Measurements['manifest']>, { audit, metric }: Measurements): Judgement {
  const known = METRICS[manifest.metric.name as MetricName] as (typeof METRICS)[MetricName] | undefined;
  if (known === undefined) return when(false, `${manifest.metric.name} is not in the catalogue`);
  const text = audit.description.toLowerCase();
  const right = manifest.metric.direction === 'maximize' ? /\bhigher is better\b/ : /\blower is better\b/;
  const otherwise = toldOtherwise(text, manifest.metric.direction, [
    known.title.toLowerCase(),
    manifest.metric.name,
    manifest.metric.name.replaceAll('_', ' '),
  ]);
  const told = right.test(text) && otherwise.length === 0;
  const code = metric === undefined || metric.higherIsBetter === null || metric.higherIsBetter === (manifest.metric.direction === 'maximize');
  const named = text.includes(known.title.toLowerCase()) || text.includes(manifest.metric.name.replaceAll('_', ' ')) || text.includes(manifest.metric.name);
  return when(
    told && code && named,
    `${manifest.metric.name} (${manifest.metric.direction}) is ${named ? '' : 'not named, '}${told ? '' : 'told in the wrong direction or in none, '}${code ? '' : 'coded in the other direction'}`,
    {
      metric: manifest.metric.name,
      direction: manifest.metric.direction,
      named,
      told,
      code,
      ...(otherwise.length === 0 ? {} : { otherwise: otherwise.slice(0, 5) }),
    },
  );
}
