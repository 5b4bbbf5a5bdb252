import { isMetricName, type Finding, type Proposal } from '@mle-smith/contracts';
import { cleanLabel } from './plan.ts';

/** Rules whose findings may change the kind of split; every other request to resplit would be fishing. */
const SPLIT_RULES = new Set(['S06', 'S08', 'S09']);

export interface Amendment {
  readonly proposal: Proposal;
  /** One sentence a change; empty where nothing could be mended. */
  readonly changes: readonly string[];
  /** Blocking findings that no change answers. */
  readonly unmended: readonly Finding[];
}

/** Applies the repairs that blocking findings ask for, as far as task-science 6 allows them. Seeds stay as they are. */
export function amend(proposal: Proposal, findings: readonly Finding[]): Amendment {
  const changes: string[] = [];
  const unmended: Finding[] = [];
  let current = proposal;
  for (const finding of findings.filter((candidate) => candidate.severity === 'block')) {
    const next = repaired(current, finding);
    if (next === undefined) {
      unmended.push(finding);
      continue;
    }
    if (next.change !== '') changes.push(next.change);
    current = next.proposal;
  }
  return { proposal: current, changes, unmended };
}

type Repaired = { proposal: Proposal; change: string } | undefined;

function repaired(proposal: Proposal, finding: Finding): Repaired {
  const repair = finding.repair;
  if (repair === undefined || finding.owner === 'none') return undefined;
  switch (repair.action) {
    case 'drop_columns':
      return withoutColumns(proposal, repair.columns, finding);
    case 'group_split':
    case 'temporal_split':
      return resplit(proposal, repair.action === 'group_split' ? 'group' : 'temporal', repair.columns[0], finding);
    case 'change_metric':
      return withMetric(proposal, repair.value, finding);
    case 'merge_rare_classes':
      return withoutClasses(proposal, repair.columns, finding);
    case 'rebuild':
    case 'none':
      return undefined;
  }
}

function withoutColumns(proposal: Proposal, columns: readonly string[], finding: Finding): Repaired {
  const going = columns.filter((column) => proposal.inputs.includes(column));
  // Another finding may have asked for the same columns before.
  if (going.length === 0)
    return columns.length > 0 &&
      columns.every((column) => proposal.ledger.some((entry) => entry.column === column && !entry.kept && entry.reason.startsWith('rule ')))
      ? { proposal, change: '' }
      : undefined;
  // Without them there is no series, no rating, no pair, and no value that something changes from.
  const { series, ratings, ahead, pair } = proposal;
  const needed = [
    ...(series === undefined ? [] : [series.time, ...series.keys]),
    ...(ratings === undefined ? [] : [ratings.user, ratings.item]),
    ...(pair === undefined ? [] : [pair.one, pair.other]),
    ...(ahead === undefined || proposal.split.column === undefined ? [] : [ahead.present, proposal.split.column]),
  ];
  if (needed.some((column) => going.includes(column))) return undefined;
  const inputs = proposal.inputs.filter((column) => !going.includes(column));
  if (inputs.length === 0) return undefined;
  const reason = `rule ${finding.rule}: ${finding.message}`;
  const known = new Set(proposal.ledger.map((entry) => entry.column));
  const ledger = [
    ...proposal.ledger.map((entry) => (going.includes(entry.column) ? { ...entry, kept: false, reason } : entry)),
    ...going
      .filter((column) => !known.has(column))
      .map((column) => ({ column, availability: 'unknown' as const, evidence: 'a measurement on the package', kept: false, reason })),
  ];
  return {
    proposal: { ...proposal, inputs, textInputs: proposal.textInputs.filter((column) => !going.includes(column)), ledger },
    change: `left out ${going.join(', ')}`,
  };
}

function resplit(proposal: Proposal, kind: 'group' | 'temporal', column: string | undefined, finding: Finding): Repaired {
  // The future of a series cannot be drawn otherwise, nor what comes of things that are followed.
  if (!SPLIT_RULES.has(finding.rule) || column === undefined || proposal.series !== undefined || proposal.ahead !== undefined) return undefined;
  if (proposal.split.kind === kind && proposal.split.column === column) return undefined;
  const entities =
    kind === 'group'
      ? [...proposal.entities.filter((entity) => entity.column !== column), { column, role: 'unseen' as const, evidence: finding.message }]
      : proposal.entities;
  return {
    proposal: { ...proposal, entities, split: { ...proposal.split, kind, column, reason: `rule ${finding.rule}: ${finding.message}` } },
    change: `split by ${kind} of ${column}`,
  };
}

function withMetric(proposal: Proposal, name: string | undefined, finding: Finding): Repaired {
  const allowed = finding.rule.startsWith('M') || finding.rule === 'metric_fit';
  if (!allowed || name === undefined || !isMetricName(name) || name === proposal.metric.name) return undefined;
  return { proposal: { ...proposal, metric: { name, reason: `rule ${finding.rule}: ${finding.message}` } }, change: `metric ${name}` };
}

function withoutClasses(proposal: Proposal, labels: readonly string[], finding: Finding): Repaired {
  if (proposal.objective === 'binary') return undefined;
  const wanted = new Set(labels.map(cleanLabel));
  const going = proposal.target.classes.filter((label) => wanted.has(cleanLabel(label)) && !proposal.target.dropped.includes(label));
  const left = proposal.target.classes.filter((label) => !proposal.target.dropped.includes(label)).length - going.length;
  if (going.length === 0 || left < 2) return undefined;
  return {
    proposal: { ...proposal, target: { ...proposal.target, dropped: [...proposal.target.dropped, ...going] } },
    change: `left out the classes ${going.join(', ')} (rule ${finding.rule})`,
  };
}
