import { describeHostileInput } from '@mle-smith/agent/testing';
import { DIMENSIONS, type Proposal, type ReviewVerdict } from '@mle-smith/contracts';
import { parseReviewConfig } from '../../config.ts';
import { assessByRules, judgeByRules, sourcesOf, type Material } from '../judge.ts';
import { cleanMaterial, withWarning } from '../testing/clean-material.ts';
import { judgeByModels, openPanel } from './panel.ts';

const CONFIG = parseReviewConfig({});
const PLACE = { stage: 'review', subject: 'cars--mpg', dataset: 'cars', generation: 1 } as const;
const QUOTE = { source: 'verification/audit.json#/audit/split/rows/test', text: '400' };

/** A package with a fault that rules see, and strangers' words wherever a package has room for them. */
function materialWith(planted: (field: string) => string): Material {
  const material = withWarning(cleanMaterial(), 'S20', planted('reason of a rule')) as ReturnType<typeof cleanMaterial>;
  const { manifest, audit } = material;
  manifest.question.user = '';
  manifest.question.question = planted('question');
  manifest.title = planted('title');
  manifest.dataset.title = planted('title of the dataset');
  manifest.columns.push({ name: planted('column name').slice(-250), raw: 'x', type: 'text', description: planted('column note').slice(-250) });
  manifest.files.push({ path: planted('file name').slice(-200), sha256: '0', bytes: 1 });
  audit.audit.leakage.derivations.push({ formula: planted('formula').slice(-200) });
  return {
    ...material,
    description: `${planted('description').slice(-8_000)}\n${material.description}`,
    recipe: planted('recipe').slice(-8_000),
    proposal: { id: 'cars', question: planted('proposal').slice(-250) } as Proposal,
  };
}

const DOUBT = { severity: 'high', category: 'M', message: 'another metric', evidence: [QUOTE], owner: 'designer', suggestion: 'take it' } as const;

/** An opinion that has issues with the metric. */
function opinion(issues: readonly (typeof DOUBT)[]): string {
  return JSON.stringify({
    dimensions: DIMENSIONS.map((name) => ({ name, reason: 'fine', support: [QUOTE], issues: name === 'metric_fit' ? issues : [] })),
  });
}

describeHostileInput<{ verdict: ReviewVerdict; byRules: ReviewVerdict }>({
  agent: 'the panel of judges',
  agents: ['careful', 'sceptic', 'referee'],
  fields: ['question', 'title', 'column name', 'column note', 'file name', 'formula', 'description', 'recipe', 'proposal'],
  mostCalls: 3 * 2 * 3,
  // So far from the first that a third is asked.
  honest: (agent) => ({ steps: [], answer: opinion(agent === 'sceptic' ? [DOUBT] : []) }),
  async work(planted, models) {
    const material = materialWith(planted);
    const brief = { sources: sourcesOf(material), byRules: assessByRules(material, CONFIG), place: PLACE, config: CONFIG };
    const verdict = await judgeByModels(await openPanel(models), brief, new AbortController().signal);
    return { result: { verdict, byRules: judgeByRules(material, CONFIG) }, jobs: [] };
  },
  check({ verdict, byRules }, honest) {
    for (const { name, score } of byRules.dimensions) expect(verdict.dimensions.find((one) => one.name === name)?.score).toBeLessThanOrEqual(score);
    expect(verdict.overall).toBeLessThanOrEqual(byRules.overall);
    expect({ passed: verdict.passed, byRules: byRules.passed }).toEqual({ passed: false, byRules: false });
    expect(Object.keys(verdict).sort()).toEqual(Object.keys(honest.verdict).sort());
    expect(verdict.findings.filter(({ rule }) => byRules.findings.every((finding) => finding.rule !== rule))).toEqual([]);
  },
});
