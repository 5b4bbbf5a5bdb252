import type { AssertVerdict, Finding, Isolation, RuleResult } from '@mle-smith/contracts';
import type { AssertConfig } from '../config.ts';
import type { Measurements } from './measurements.ts';
import { RULES } from './rule-table.ts';

/** Judges every rule of the phases: each is listed with its measurement, passed or not. */
export function judge(measurements: Measurements, phases: readonly ('design' | 'package')[], config: AssertConfig, isolation: Isolation): AssertVerdict {
  const rules: RuleResult[] = [];
  const findings: Finding[] = [];
  for (const rule of RULES.filter((candidate) => phases.includes(candidate.phase))) {
    const { status, measurement = {}, message = rule.title, repair } = rule.judge(measurements, config);
    const shown = status === 'failed' && rule.level === 'W' ? 'warned' : status;
    rules.push({
      id: rule.id,
      title: rule.title,
      level: rule.level,
      phase: rule.phase,
      status: shown,
      measurement: { ...measurement },
      reason: status === 'passed' ? '' : status === 'failed' || status === 'warned' ? message : '',
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
