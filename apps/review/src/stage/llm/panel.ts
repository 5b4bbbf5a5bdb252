import { join } from 'node:path';
import { BudgetExceededError, readPrompt, runAgent, type AgentOutcome, type Bounds, type CallPlace, type ModelSource, type Prompt } from '@mle-smith/agent';
import type { ReviewVerdict } from '@mle-smith/contracts';
import type { ReviewConfig } from '../../config.ts';
import type { Sources } from '../sources.ts';
import { assess, verdictOn, type Assessment } from '../verdict.ts';
import { claimsOf, complaintsOf, Opinion } from './opinion.ts';
import { shown } from './shown.ts';

/** The judges, in the order in which they are asked; the last only where the first two are far apart. */
const JUDGES = ['careful', 'sceptic', 'referee'] as const;
type JudgeName = (typeof JUDGES)[number];

/** Scores of a dimension with a floor that are this far apart need a third view. */
const FAR_APART = 2;
/** How often a judge that gave nothing usable is asked anew. */
const DRAWS = 2;

/** No judge gave an opinion that can be used: a fault of the judge, never of the task. */
export class JudgeFailedError extends Error {
  override readonly name = 'JudgeFailedError';
  readonly code = 'review_error';
}

/** Judges that are models (review rubric, rule 6). */
export interface Panel {
  readonly models: ModelSource;
  readonly prompts: Readonly<Record<JudgeName, Prompt>>;
}

/** A panel with the prompts of this folder. */
export async function openPanel(models: ModelSource): Promise<Panel> {
  const file = (name: string): string => join(import.meta.dirname, 'prompts', `${name}.md`);
  const [careful, sceptic, referee] = await Promise.all([
    readPrompt(file('careful'), file('rubric')),
    readPrompt(file('sceptic'), file('rubric')),
    readPrompt(file('referee'), file('rubric')),
  ]);
  return { models, prompts: { careful, sceptic, referee } };
}

interface Judged extends Assessment {
  readonly judge: JudgeName;
  /** Which model it was. */
  readonly model: string;
}

/** What a panel judges. */
export interface Brief {
  readonly sources: Sources;
  /** What the rule judge finds in the same package. */
  readonly byRules: Assessment;
  readonly place: Omit<CallPlace, 'agent'>;
  readonly config: ReviewConfig;
}

/**
 * The verdict of the panel. Models may find more than the rules and never less: a judge that a package talked into praise
 * lifts no score. Throws `JudgeFailedError`, `ModelError`.
 */
export async function judgeByModels(panel: Panel, brief: Brief, signal: AbortSignal): Promise<ReviewVerdict> {
  const { sources, byRules, config } = brief;
  const material = shown(sources);
  const ask = (judge: JudgeName): Promise<Judged> => judgedBy(panel, judge, brief, material, signal);
  const [careful, sceptic, referee] = JUDGES;
  const first = await Promise.all([ask(careful), ask(sceptic)]);
  const judged = farApart(first, config) ? [...first, await ask(referee)] : first;
  const verdict = verdictOn(lowerOf(medianOf(judged), byRules), 'llm', config);
  return {
    ...verdict,
    judges: judged.map(({ judge, model, dimensions, dropped }) => ({
      name: judge,
      model,
      prompt: panel.prompts[judge].digest,
      scores: Object.fromEntries(dimensions.map(({ name, score }) => [name, score])),
      dropped,
    })),
  };
}

/** The lower score of each dimension, and the issues of both. */
function lowerOf(one: Assessment, other: Assessment): Assessment {
  return {
    dimensions: one.dimensions.map((scored) => other.dimensions.find(({ name, score }) => name === scored.name && score < scored.score) ?? scored),
    issues: [...one.issues, ...other.issues],
    dropped: one.dropped + other.dropped,
  };
}

async function judgedBy(
  { models, prompts }: Panel,
  judge: JudgeName,
  { sources, place, config }: Brief,
  material: string,
  signal: AbortSignal,
): Promise<Judged> {
  let outcome: AgentOutcome<Opinion> | undefined;
  for (let draw = 1; draw <= DRAWS; draw += 1) {
    const model = models.at({ ...place, agent: draw === 1 ? judge : `${judge}-${draw}` });
    outcome = await runAgent(
      {
        model,
        system: prompts[judge].text,
        task: `The material:\n\n${material}`,
        tools: [],
        answer: { name: 'opinion', shape: Opinion, complaints: complaintsOf },
        formats: models.capabilities.formats,
        bounds: config.judge satisfies Bounds,
        time: models.time,
      },
      signal,
    );
    if (outcome.kind === 'bounded' && outcome.bound === 'budget') throw new BudgetExceededError(judge, outcome.message);
    if (outcome.kind === 'answered') return { judge, model: model.identity.model, ...assess(claimsOf(outcome.answer), sources, config) };
  }
  throw new JudgeFailedError(`the judge ${judge} gave no opinion that can be used: ${outcome?.kind === 'answered' ? '' : (outcome?.message ?? '')}`);
}

function farApart([one, other]: readonly [Judged, Judged], { floors }: ReviewConfig): boolean {
  return one.dimensions.some(
    ({ name, score }, place) => floors[name] !== undefined && Math.abs(score - (other.dimensions[place]?.score ?? score)) >= FAR_APART,
  );
}

/** For each dimension the median score (of two the lower middle), with the reasons and issues of the judge who is nearest to it. */
export function medianOf(judged: readonly Assessment[]): Assessment {
  const issues: Assessment['issues'][number][] = [];
  const dimensions = (judged[0]?.dimensions ?? []).map(({ name }, place) => {
    const views = judged
      .map((assessment) => ({ assessment, scored: assessment.dimensions[place] }))
      .sort((one, other) => (one.scored?.score ?? 0) - (other.scored?.score ?? 0));
    const low = views[Math.floor((views.length - 1) / 2)];
    const high = views[Math.ceil((views.length - 1) / 2)];
    const score = Math.floor(((low?.scored?.score ?? 0) + (high?.scored?.score ?? 0)) / 2);
    issues.push(...(low?.assessment.issues.filter((issue) => issue.dimension === name) ?? []));
    return { name, reason: '', evidence: [], ...low?.scored, score };
  });
  return { dimensions, issues, dropped: judged.reduce((sum, { dropped }) => sum + dropped, 0) };
}
