import { METRICS, own, type MetricName, type MetricSpec } from '@mle-smith/contracts';
import type { DesignFacts, DesignRecord } from '@mle-smith/package';
import { packageSeries } from './forecast-source.ts';
import { largest, levelsOf } from './metric-cells.ts';
import { EVENT, inputNamed, pairOf, ratingsOf, type Plan } from './plan.ts';

/** design.json of a plan that was carried out. `prompt` is the digest of that of the agent who wrote the programs, where one did. */
export function recordOf(plan: Plan, facts: DesignFacts, id: string, lineage: DesignRecord['lineage'], prompt?: string): DesignRecord {
  const { proposal } = plan;
  const metric = METRICS[proposal.metric.name as MetricName];
  const { target } = proposal;
  const types = new Map(facts.columns.map((column) => [column.name, column.type]));
  const descriptions = new Map(plan.table.columns.map((column) => [column.name, own(proposal.columnNotes, column.name) ?? column.description ?? '']));
  return {
    id,
    title: proposal.title,
    objective: proposal.objective,
    modality: proposal.modality,
    domain: '',
    target: {
      name: target.name,
      column: target.column,
      description: target.description,
      classes: classesOf(plan),
      ...(target.positive === undefined ? {} : { positive: target.positive }),
      ...(target.event === undefined ? {} : { event: EVENT }),
      ...(target.derivation === undefined ? {} : { derivation: target.derivation }),
    },
    metric: { name: metric.name, direction: metric.direction, optimum: metric.optimum, reason: proposal.metric.reason },
    split: { ...proposal.split, trainRows: facts.trainRows, testRows: facts.testRows },
    submission: {
      id: 'id',
      columns: [
        { name: 'id', kind: 'id' },
        { name: target.name, kind: metric.prediction, ...limits(plan, metric.prediction) },
      ],
    },
    columns: plan.inputs.map(({ raw, name }) => ({
      name,
      raw,
      type: plan.textInputs.includes(name) ? 'free text' : (plan.media.find((media) => media.name === name)?.kind ?? types.get(name) ?? 'text'),
      description: descriptions.get(raw) ?? '',
    })),
    ...(proposal.ratings === undefined ? {} : { ratings: ratingsOf(plan, proposal.ratings) }),
    ...(proposal.pair === undefined ? {} : { pair: pairOf(plan, proposal.pair) }),
    ...(proposal.ahead === undefined ? {} : { ahead: { ...proposal.ahead, present: inputNamed(plan, proposal.ahead.present) } }),
    ...(proposal.series === undefined ? {} : { series: packageSeries(plan) }),
    ledger: proposal.ledger,
    entities: proposal.entities,
    lineage: proposal.micro === undefined ? lineage : { ...lineage, micro: proposal.micro },
    engine: prompt === undefined ? { name: 'rules', version: '1' } : { name: 'llm', version: prompt },
    question: {
      question: proposal.question,
      user: proposal.user,
      decision: proposal.decision,
      momentOfPrediction: proposal.momentOfPrediction,
      contamination: proposal.contamination,
      skills: proposal.skills,
      risks: proposal.risks,
    },
    facts,
  };
}

/** Classes as they stand in the answers. */
function classesOf(plan: Plan): string[] {
  if (plan.target === 'binary') return ['0', '1'];
  if (plan.target === 'label' || plan.target === 'tags' || plan.target === 'labels') return [...plan.classes];
  return plan.classes.length === 0 ? [] : levelsOf(plan).map(String);
}

function limits(plan: Plan, prediction: MetricSpec['prediction']): { classes?: string[]; min?: number; max?: number } {
  if (prediction === 'probability') return { min: 0, max: 1 };
  if (prediction === 'label' || prediction === 'tags' || prediction === 'labels') return { classes: classesOf(plan) };
  const bound = Number(largest(plan));
  return { min: prediction === 'nonnegative' ? 0 : -bound, max: bound };
}
