import type { Finding, RuleResult } from '@mle-smith/contracts';
import type { AssertConfig } from '../config.ts';
import type { Measurements } from './measurements.ts';

/** A rule's answer. `message` and `repair` stand where it did not pass; a rule that has nothing to judge here says why. */
export type Judgement = {
  readonly measurement?: Readonly<Record<string, unknown>>;
  readonly repair?: Finding['repair'];
} & (
  | { readonly status: Exclude<RuleResult['status'], 'not_applicable'>; readonly message?: string }
  | { readonly status: 'not_applicable'; readonly message: string }
);

/** One row of the rule table. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  /** B blocks, W warns; a rule with two limits may warn at the lower one. */
  readonly level: 'B' | 'W';
  /** `design`: before the package is put together. */
  readonly phase: 'design' | 'package';
  readonly owner: Finding['owner'];
  /** The thresholds that it reads. */
  readonly thresholds?: readonly (keyof AssertConfig)[];
  /** What it judges, where that is not every package; to others it does not apply and says why. */
  readonly concerns?: string;
  readonly judge: (measurements: Measurements, thresholds: AssertConfig) => Judgement;
}

/** The rule does not concern such a task; the reason is shown to the reader ("no media files"). */
export function notApplicable(reason: string): Judgement {
  return { status: 'not_applicable', message: reason };
}

export const NOT_MEASURED: Judgement = { status: 'not_measured' };

/** What rules on the description answer where there is none. */
export const NO_DESCRIPTION: Judgement = notApplicable('there is no description');

/** Passed, or failed with a sentence and its numbers. */
export function when(passed: boolean, message: string, measurement: Judgement['measurement'] = {}, repair?: Finding['repair']): Judgement {
  return passed ? { status: 'passed', measurement } : { status: 'failed', measurement, message, ...(repair === undefined ? {} : { repair }) };
}

/** Passed, warned or failed by two limits on one number. */
export function between(
  value: number,
  warn: number,
  block: number,
  message: string,
  measurement: Judgement['measurement'],
  repair?: Finding['repair'],
): Judgement {
  if (value <= warn) return { status: 'passed', measurement: measurement ?? {} };
  return { status: value > block ? 'failed' : 'warned', measurement: measurement ?? {}, message, ...(repair === undefined ? {} : { repair }) };
}

/** A list that must be empty. */
export function none(items: readonly string[], message: string, repair?: Finding['repair']): Judgement {
  return when(
    items.length === 0,
    `${message}: ${items.slice(0, 5).join(', ')}${items.length > 5 ? ` and ${items.length - 5} more` : ''}`,
    { found: items.slice(0, 20) },
    repair,
  );
}

/** Judges the split's tables where they could be read. */
export function onSplit(
  judge: (
    split: NonNullable<Measurements['audit']['split']>,
    facts: NonNullable<Measurements['audit']['facts']>,
    all: Measurements,
    thresholds: AssertConfig,
  ) => Judgement,
): Rule['judge'] {
  return (all, thresholds) => (all.audit.split === null || all.audit.facts === null ? NOT_MEASURED : judge(all.audit.split, all.audit.facts, all, thresholds));
}

/** Judges what was learned about leaks where the tables could be read. */
export function onLeakage(
  judge: (leakage: NonNullable<Measurements['audit']['leakage']>, all: Measurements, thresholds: AssertConfig) => Judgement,
): Rule['judge'] {
  return (all, thresholds) => (all.audit.leakage === null ? NOT_MEASURED : judge(all.audit.leakage, all, thresholds));
}

/** Judges the metric where its class could be made. */
export function onMetric(judge: (metric: NonNullable<Measurements['metric']>, all: Measurements, thresholds: AssertConfig) => Judgement): Rule['judge'] {
  return (all, thresholds) =>
    all.metric === undefined || all.metric.fault !== '' || all.metric.unmeasured !== '' ? NOT_MEASURED : judge(all.metric, all, thresholds);
}

/** Why rules on what a manifest states have nothing to judge. */
export const NO_MANIFEST = 'the package has no manifest of ours';

/** Judges against a manifest; a foreign package has none. */
export function onManifest(judge: (manifest: NonNullable<Measurements['manifest']>, all: Measurements, thresholds: AssertConfig) => Judgement): Rule['judge'] {
  return (all, thresholds) => (all.manifest === undefined ? notApplicable(NO_MANIFEST) : judge(all.manifest, all, thresholds));
}

/** Raw names of columns that a repair acts on. */
export function rawNames({ manifest }: Measurements, columns: readonly string[]): string[] {
  return columns.map((name) => manifest?.columns.find((column) => column.name === name)?.raw ?? name);
}
