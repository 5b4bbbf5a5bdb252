import type { AssertVerdict, Finding, Isolation, RuleResult } from '@mle-smith/contracts';
import type { AssertConfig } from '../config.ts';
import type { Measurements } from './measurements.ts';
import { RULES } from './rule-table.ts';

/** Judges every rule of the phases: each is listed with its measurement, passed or not. */
export function judge(measurements: Measurements, phases: readonly ('design' | 'package')[], config: AssertConfig, isolation: Isolation): AssertVerdict {
  const rules: RuleResult[] = [];
  const findings: Finding[] = [];
  for (const rule of RULES.filter((candidate) => phases.includes(candidate.phase))) {
    const judgement = rule.judge(measurements, config);
    const { status, measurement = {}, message = rule.title, repair } = judgement;
    const shown = status === 'failed' && rule.level === 'W' ? 'warned' : status;
    rules.push({
      id: rule.id,
      title: rule.title,
      level: rule.level,
      phase: rule.phase,
      status: shown,
      measurement: { ...measurement },
      reason: status === 'passed' ? '' : status === 'not_measured' ? (judgement.message ?? unmeasuredIn(measurements)) : message,
    });
    if (shown === 'failed' || shown === 'warned')
      findings.push({
        rule: rule.id,
        severity: shown === 'failed' ? 'block' : 'warn',
        message,
        evidence: { ...measurement },
        owner: rule.owner,
        ...(repair === undefined ? {} : { repair }),
      });
  }
  const unknown = rules.filter((rule) => rule.level === 'B' && rule.status === 'not_measured').map((rule) => rule.id);
  // What could not be measured has not passed; of a stranger's package that we cannot read, only a person can tell.
  if (unknown[0] !== undefined && !findings.some((finding) => finding.severity === 'block'))
    findings.push({
      rule: unknown[0],
      severity: measurements.manifest === undefined ? 'warn' : 'block',
      message: `${unknown.join(', ')} could not be judged: ${unmeasuredIn(measurements)}`,
      evidence: { rules: unknown },
      owner: 'designer',
    });
  return {
    passed: !findings.some((finding) => finding.severity === 'block'),
    engine: 'rules',
    version: '1',
    ...(measurements.manifest === undefined ? {} : { revision: measurements.manifest.revision }),
    isolation,
    rules,
    findings,
  };
}

/** Why rules have nothing to judge. */
function unmeasuredIn({ audit, metric }: Measurements): string {
  return [audit.unmeasured, metric?.fault ?? '', metric?.unmeasured ?? ''].filter((reason) => reason !== '').join('; ') || 'there are no measurements';
}
