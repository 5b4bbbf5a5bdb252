import { METRICS, isMetricName, own } from '@mle-smith/contracts';
import type { AssertConfig } from '../../config.ts';
import type { Facts, Measurements } from '../measurements.ts';
import { none, notApplicable, when, type Judgement } from '../rule.ts';
import { forecastUnits } from './series.ts';

type Split = NonNullable<Measurements['audit']['split']>;

/** S17: every class of the test data is in train, and has rows enough for what the metric is a mean over. */
export function classCounts({ target }: Split, facts: Facts, _all: Measurements, { classUnits }: AssertConfig): Judgement {
  if (target.classes === undefined) return notApplicable(`a ${facts.objective} target has no classes`);
  const entries = Object.entries(target.classes);
  const unlearned = entries.filter(([, counts]) => counts.train === 0).map(([label]) => label);
  if (unlearned.length > 0) return none(unlearned, 'classes of the test data that train.csv lacks', { action: 'merge_rare_classes', columns: unlearned });
  const overClasses = facts.metric !== null && isMetricName(facts.metric) && METRICS[facts.metric].over === 'classes';
  const least = overClasses ? classUnits.macro : facts.objective === 'multiclass' ? classUnits.micro : 0;
  const rare = entries.filter(([, counts]) => counts.test < least).map(([label]) => label);
  return none(
    rare.map((label) => `${label} (${own(target.classes, label)?.test ?? 0})`),
    `classes with fewer than ${least} test rows`,
    { action: 'merge_rare_classes', columns: rare },
  );
}

/** Objectives of which as many units are needed as of a regression. */
const COUNTED = new Set(['regression', 'count', 'ranking']);

/** S20: rows or groups enough to tell solutions apart. */
export function enoughUnits(split: Split, facts: Facts, all: Measurements, thresholds: AssertConfig): Judgement {
  const { target, rows, groups, users } = split;
  const { leastTest } = thresholds;
  const units = groups?.test ?? (facts.objective === 'ranking' ? users : null) ?? rows.test;
  const labelled = rows.train + rows.test;
  const rarer =
    facts.objective === 'binary' && target.classes !== undefined ? Math.min(...Object.values(target.classes).map((counts) => counts.test)) : undefined;
  const events = target.events?.test;
  const measurement = { units, labelled, ...(events === undefined ? {} : { events }), ...(rarer === undefined ? {} : { rarerClass: rarer }) };
  if (labelled < leastTest.labelled) return when(false, `${labelled} labelled rows; ${leastTest.labelled} are needed`, measurement);
  if (rarer !== undefined) return when(rarer >= leastTest.rarerClass, `${rarer} test rows of the rarer class; ${leastTest.rarerClass} are needed`, measurement);
  if (events !== undefined) return when(events >= leastTest.rarerClass, `${events} test rows had the event; ${leastTest.rarerClass} are needed`, measurement);
  if (facts.objective === 'forecast') return forecastUnits(split, all, thresholds);
  return when(!COUNTED.has(facts.objective) || units >= leastTest.regression, `${units} test units; ${leastTest.regression} are needed`, measurement);
}
