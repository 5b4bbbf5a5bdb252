import { neededBy } from '@mle-smith/contracts';
import { NOT_MEASURED, none, onSplit, when, type Rule } from '../rule.ts';

export const SAMPLE_RULES: readonly Rule[] = [
  {
    id: 'A01',
    title: 'the sample has the columns and types of the answers, in order',
    level: 'B',
    phase: 'package',
    owner: 'designer',
    judge: onSample(({ columns, sampleTypes }, facts, { manifest, audit }) =>
      when(
        (manifest === undefined || audit.description.includes(columns.sample.join(','))) &&
          columns.sample.join('\n') === [facts.id, facts.target].join('\n') &&
          columns.answers[0] === facts.id &&
          columns.answers[1] === facts.target &&
          columns.sampleOrder &&
          sampleTypes.sample === sampleTypes.answers,
        `the sample (${columns.sample.join(', ')}; ${sampleTypes.sample ?? 'no type'}) is not like the answers (${columns.answers.join(', ')}; ${sampleTypes.answers ?? 'no type'}) in the order of test.csv`,
        { sample: columns.sample, answers: columns.answers, sampleOrder: columns.sampleOrder, types: sampleTypes },
      ),
    ),
  },
  {
    id: 'A02',
    title: 'the sample agrees with the answers no more than a constant would',
    level: 'B',
    phase: 'package',
    owner: 'designer',
    judge: ({ metric }) => {
      if (metric === undefined || metric.sample.score === null) return NOT_MEASURED;
      const { agreement, bestConstantAgreement, rows } = metric.sample;
      const limit = bestConstantAgreement + 5 * Math.sqrt((bestConstantAgreement * (1 - bestConstantAgreement)) / Math.max(1, rows));
      return when(agreement <= limit, `${Math.round(agreement * 100)} % of the sample is right; a constant gets ${Math.round(bestConstantAgreement * 100)} %`, {
        agreement,
        bestConstantAgreement,
        rows,
      });
    },
  },
  {
    id: 'A03',
    title: 'the sample holds legal values',
    level: 'B',
    phase: 'package',
    owner: 'designer',
    judge: onSplit(({ sampleLegal }) => none(sampleLegal, 'the sample holds')),
  },
  {
    id: 'A04',
    title: 'the sample is accepted and scores no better than a constant',
    level: 'B',
    phase: 'package',
    owner: 'designer',
    judge: ({ metric, audit }) => {
      if (metric === undefined || metric.fault !== '' || metric.unmeasured !== '') return NOT_MEASURED;
      const { score, fault, constant, standardError } = metric.sample;
      if (score === null) return when(false, `the sample is not accepted: ${fault}`, { fault });
      const { best } = metric.constant;
      const direction = audit.facts?.direction;
      if (constant || best === null || direction === null || direction === undefined) return { status: 'passed', measurement: { score, constant: best } };
      const gain = direction === 'maximize' ? score - best : best - score;
      return when(gain <= 3 * (standardError ?? 0), `the sample scores ${score}, a constant ${best} (standard error ${standardError ?? 0})`, {
        score,
        constant: best,
        standardError,
      });
    },
  },
  {
    id: 'A05',
    title: 'the sample is no permutation of the answers',
    level: 'W',
    phase: 'package',
    owner: 'designer',
    judge: ({ metric }) =>
      metric === undefined || metric.sample.score === null
        ? NOT_MEASURED
        : when(!metric.sample.permutation, 'the sample holds the answers in another order', { permutation: metric.sample.permutation }),
  },
  {
    id: 'A06',
    title: 'the answers hold id, target, usage and what the metric needs only',
    level: 'W',
    phase: 'package',
    owner: 'designer',
    judge: onSplit(({ columns }, facts) =>
      none(
        columns.answers.filter((name) => ![facts.id, facts.target, 'usage', 'Usage', ...neededBy(facts.metric)].includes(name)),
        'the answers hold more than answers',
      ),
    ),
  },
];

/** As `onSplit`; a stranger's sample of another form than one id and one value is told, since it keeps most rules from judging. */
function onSample(judge: Parameters<typeof onSplit>[0]): Rule['judge'] {
  const judgeSplit = onSplit(judge);
  return (all, thresholds) =>
    all.audit.facts === null && all.manifest === undefined
      ? { status: 'warned', message: `most rules were not judged: ${all.audit.unmeasured}` }
      : judgeSplit(all, thresholds);
}
