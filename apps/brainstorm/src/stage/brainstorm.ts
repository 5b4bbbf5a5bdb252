import { Dataset, Profile, own, type Proposal, type ReasonCode, type TableProfile } from '@mle-smith/contracts';
import { endWithoutAnswer, outcomeOfModelError } from '@mle-smith/agent';
import type { JobRunner } from '@mle-smith/environment';
import { getJson, putJson, type Digest } from '@mle-smith/package';
import { documentOf, type StageHandler, type StageOutcome } from '@mle-smith/stage-runtime';
import type { BrainstormConfig } from '../config.ts';
import { forecastsOf } from './forecast.ts';
import { asked, firstFormulation, objections, ofOneText, weakness, without, type Formulation } from './formulation.ts';
import { propose, type Brainstormer } from './llm/brainstormer.ts';
import type { Idea as ToldIdea } from './llm/ideas.ts';
import { asTold, toldCandidates } from './llm/told-candidates.ts';
import { proposalOf } from './proposals.ts';
import { followedOf, presentOf } from './rules/ahead.ts';
import { targetCandidates, type Candidate, type TurnedDown } from './rules/candidates.ts';
import { KNOWN, OUTCOME, words } from './rules/cues.ts';
import { entityCandidates } from './rules/entities.ts';
import { unsupportedModality } from './rules/modality.ts';
import { ratersOf } from './rules/ratings.ts';
import { seriesToForecast } from './rules/series-choice.ts';
import { rankingOf } from './ranking.ts';
import { ScreeningError, screen, type Screening, type TargetScreening } from './screening.ts';
import { microVariants } from './micro.ts';
import { withDistinctIds } from './task-id.ts';

export interface BrainstormOptions {
  readonly jobs: JobRunner;
  readonly config: BrainstormConfig;
  /** The agent that proposes; without it rules do. */
  readonly brainstormer?: Brainstormer | undefined;
}

/** A proposal with what it was judged by. */
interface Idea {
  readonly proposal: Proposal;
  readonly worth: number;
  readonly measured: TargetScreening | undefined;
}

interface TableIdeas {
  readonly ideas: readonly Idea[];
  readonly turnedDown: readonly TurnedDown[];
  readonly mutual: Screening['mutual'];
}

/** Rounds of measuring and taking out inputs; each takes out at least one. */
const MOST_ROUNDS = 6;

/** Proposes up to `maxTasks` different formulations of a dataset. Leaves `brainstorm`; each child gets `proposal` and `screening`. */
export function createBrainstormStage({ jobs, config, brainstormer }: BrainstormOptions): StageHandler {
  return async (item, { artifacts, signal }): Promise<StageOutcome> => {
    const dataset = Dataset.parse(await getJson(artifacts, documentOf(item, 'dataset')));
    const profile = Profile.parse(await getJson(artifacts, documentOf(item, 'profile')));
    const turnedDown: TurnedDown[] = [];
    const ideas: Idea[] = [];
    let refusal: { code: ReasonCode; message: string } | undefined;
    let told: readonly ToldIdea[] | undefined;
    const documents: Record<string, Digest> = {};
    try {
      if (brainstormer !== undefined && profile.tables.some((table) => unfitTable(table, config) === undefined)) {
        const place = { stage: item.stage, subject: item.id, dataset: item.datasetId, generation: item.generation };
        const outcome = await propose(brainstormer, jobs, { dataset, profile, place, config }, signal);
        documents['brainstorm-transcript'] = await putJson(artifacts, outcome.transcript);
        if (outcome.kind !== 'answered') return endWithoutAnswer('Brainstormer', outcome, documents);
        told = outcome.answer.formulations;
      }
      for (const table of profile.tables) {
        const unfit = unfitTable(table, config);
        if (unfit !== undefined) {
          refusal ??= unfit;
          continue;
        }
        const series = seriesToForecast(table, config.series);
        if (series !== undefined) {
          const forecasts = forecastsOf({ dataset, profile, table, series, tables: recordedTables(profile), config });
          turnedDown.push(...forecasts.turnedDown);
          ideas.push(...forecasts.ideas);
          continue;
        }
        const ofTable = told?.filter((idea) => idea.table === table.name);
        const found = await ideasOf(jobs, { dataset, profile, table, config, name: item.id, told: ofTable }, signal);
        turnedDown.push(...found.turnedDown);
        ideas.push(...found.ideas);
        const raters = ratersOf(table);
        if (raters === undefined) continue;
        const ranking = await rankingOf(jobs, { dataset, profile, table, raters, config, name: item.id }, signal);
        turnedDown.push(...ranking.turnedDown);
        ideas.push(...ranking.ideas);
      }
    } catch (error) {
      if (!(error instanceof ScreeningError)) return outcomeOfModelError(error);
      if (error.status === 'lost') return { kind: 'retry', code: 'sandbox_lost', message: error.message };
      if (error.status === 'out_of_memory' || error.status === 'timeout') return { kind: 'ended', code: 'too_large', message: error.message };
      throw error;
    }
    const engine = told === undefined || brainstormer === undefined ? { name: 'rules', version: '1' } : { name: 'llm', version: brainstormer.prompt.digest };
    ideas.sort((one, other) => other.worth - one.worth);
    const chosen = ideas.slice(0, config.maxTasks);
    const proposals = withDistinctIds(chosen.map((idea) => idea.proposal));
    for (const { proposal } of ideas.slice(config.maxTasks))
      turnedDown.push({
        target: proposal.target.column || proposal.target.name,
        objective: proposal.objective,
        code: 'beyond_max_tasks',
        reason: `others are worth more; ${config.maxTasks} tasks were asked for`,
      });
    documents['brainstorm'] = await putJson(artifacts, { engine, proposals, turnedDown });
    if (chosen.length === 0) {
      const measured = turnedDown.filter((entry) => entry.objective !== undefined);
      const first = measured[0];
      const { code, message } =
        refusal !== undefined && turnedDown.length === 0
          ? refusal
          : first === undefined
            ? {
                code: 'no_target' as const,
                message: told === undefined ? `no column is worth asking for: ${nearest(turnedDown)}` : 'the Brainstormer found no question',
              }
            : { code: 'no_good_task' as const, message: `every question was turned down: ${first.target}: ${first.reason}` };
      return { kind: 'ended', code, message, documents };
    }
    const children = await Promise.all(
      proposals.map(async (proposal, index) => {
        const screening = await putJson(artifacts, chosen[index]?.measured ?? {});
        const variants = [proposal, ...(config.micro ? microVariants(proposal, profile, config.microRows) : [])];
        return Promise.all(
          variants.map(async (variant) => ({ id: variant.id, documents: { ...item.documents, proposal: await putJson(artifacts, variant), screening } })),
        );
      }),
    );
    return { kind: 'advanced', documents, children: children.flat() };
  };
}

/** How many tables there are, without those of what comes later in another. */
function recordedTables({ tables }: Profile): number {
  return tables.filter((table) => followedOf(table) === undefined).length;
}

/** The column that would have been asked for, had its values allowed it. */
function nearest(turnedDown: readonly TurnedDown[]): string {
  const named = turnedDown.find(
    (entry) => entry.code !== 'no_purpose' && entry.code !== 'not_worth_asking' && OUTCOME.some((cue) => cue.pattern.test(words(entry.target))),
  );
  return named === undefined
    ? 'none is named or documented as an outcome; if one is, say so in the README.md of the folder, for example "Target: power, kWh of the next hour"'
    : `${named.target} would be, but not like this: ${named.reason}`;
}

function unfitTable(table: TableProfile, config: BrainstormConfig): { code: ReasonCode; message: string } | undefined {
  if (table.rows < config.minRows)
    return { code: 'too_few_rows', message: `${table.name} has ${table.rows} rows; ${config.minRows} labelled rows are the least that can rank solutions` };
  if (table.columns.length < 2)
    return { code: 'no_columns', message: `${table.name} has ${table.columns.length} column; a question needs an answer and something to tell it from` };
  const modality = unsupportedModality(table);
  return modality === undefined ? undefined : { code: 'unsupported_modality', message: `${table.name}: ${modality}, which is not supported` };
}

/** The formulations of one table, best first and different from each other. */
async function ideasOf(
  jobs: JobRunner,
  input: { dataset: Dataset; profile: Profile; table: TableProfile; config: BrainstormConfig; name: string; told?: readonly ToldIdea[] | undefined },
  signal: AbortSignal,
): Promise<TableIdeas> {
  const { dataset, profile, table, config, told } = input;
  const { candidates, turnedDown } = told === undefined ? targetCandidates(table, profile.documentation, config) : toldCandidates(table, told, config);
  const ideaOf = ({ column }: Candidate): ToldIdea | undefined => told?.find((idea) => idea.target === column.name);
  const shortlist = candidates.slice(0, config.maxScreened);
  const down = [
    ...turnedDown,
    ...candidates
      .slice(config.maxScreened)
      .map((candidate) => ({ target: candidate.column.name, objective: candidate.objective, code: 'not_screened', reason: 'others are worth more' })),
  ];
  const { formulations, measured, mutual } = await measure(
    jobs,
    input,
    shortlist.map((candidate) => {
      const first = firstFormulation(table, profile.documentation, candidate, shortlist);
      const idea = ideaOf(candidate);
      return idea === undefined ? first : asTold(first, idea);
    }),
    signal,
  );
  const ideas: Idea[] = [];
  for (const formulation of formulations) {
    const { candidate } = formulation;
    const scores = measured.get(candidate.column.name);
    const turnDown = (code: string, reason: string): void => void down.push({ target: candidate.column.name, objective: candidate.objective, code, reason });
    // What users think of items is in who they are; trees on a sample of rows cannot see it, the ladder can.
    const ofKnown = candidate.ratings !== undefined || entityCandidates(table).some((column) => KNOWN.test(words(column.name)));
    const weak = scores === undefined || ofKnown ? undefined : weakness(formulation, scores, config);
    // A class that follows from a number that could be asked for is that number cut in two.
    const origin = isNumber(candidate)
      ? undefined
      : formulations.find((other) => isNumber(other.candidate) && sameTask(mutual, other.candidate.column.name, candidate.column.name, config));
    if (origin !== undefined) turnDown('derived', `it is a threshold or step of ${origin.candidate.column.name}`);
    else if (!formulation.ledger.some((entry) => entry.kept)) turnDown('no_inputs', 'no input is left');
    else if (weak !== undefined) turnDown('unlearnable', weak);
    else if (isLastValue(table, candidate, scores, config)) turnDown('same_task', 'it hardly changes: the present value gives it');
    else if (isThin(table, formulation, config))
      turnDown('thin', 'so few inputs are left that most rows have those of another row: a look-up, not a prediction');
    else {
      const twin = ideas.find((idea) => sameTask(mutual, idea.proposal.target.column, candidate.column.name, config));
      if (twin !== undefined) turnDown('same_task', `it is given by ${twin.proposal.target.column}, which is asked for already`);
      else
        ideas.push({
          proposal: proposalOf({ dataset, profile, table, formulation, measured: scores, tables: recordedTables(profile), told: ideaOf(candidate) }),
          worth: candidate.worth,
          measured: scores,
        });
    }
  }
  return { ideas, turnedDown: down, mutual };
}

/** Measures, takes out the inputs that the measurements speak against, and measures what is left, until nothing is left to object to. */
async function measure(
  jobs: JobRunner,
  input: { dataset: Dataset; table: TableProfile; config: BrainstormConfig; name: string },
  first: readonly Formulation[],
  signal: AbortSignal,
): Promise<{ formulations: readonly Formulation[]; measured: ReadonlyMap<string, TargetScreening>; mutual: Screening['mutual'] }> {
  const { dataset, table, config } = input;
  const entities = entityCandidates(table)
    .filter((column) => column.type !== 'id')
    .map((column) => column.name);
  const measured = new Map<string, TargetScreening>();
  const formulations = new Map(first.map((formulation) => [formulation.candidate.column.name, formulation]));
  let open = first;
  let mutual: Screening['mutual'] = [];
  for (let round = 1; open.length > 0 && round <= MOST_ROUNDS; round += 1) {
    // What stands in a cell of tags is told by its text alone; the ladder measures that.
    const told = open.filter(({ candidate, content }) => candidate.objective !== 'tags' && !(candidate.objective === 'multilabel' && content !== undefined));
    if (told.length === 0) break;
    const screening = await screen(
      jobs,
      { name: `screen-${input.name}-${table.name}-${round}`, raw: dataset.raw, table, asked: told.map(asked), entities },
      signal,
    );
    if (round === 1) ({ mutual } = screening);
    const again: Formulation[] = [];
    for (const formulation of open) {
      const { name } = formulation.candidate.column;
      const scores = own(screening.targets, name);
      if (formulation.content === 'pair' && (scores?.oneText ?? 0) > config.oneText) formulations.set(name, ofOneText(formulation));
      if (scores === undefined || formulation.content !== undefined) continue;
      measured.set(name, scores);
      // What is known of a thing now is what its future is told from, however much it says.
      if (followedOf(table) !== undefined) continue;
      const reasons = objections(table, formulation, scores, config);
      if (reasons.size === 0) continue;
      const next = without(formulation, reasons);
      formulations.set(name, next);
      again.push(next);
    }
    open = again;
  }
  return { formulations: [...formulations.values()], measured, mutual };
}

/** Whether what comes is no question beside what is there. */
function isLastValue(table: TableProfile, { column }: Candidate, measured: TargetScreening | undefined, { mutual }: BrainstormConfig): boolean {
  const followed = followedOf(table);
  const present = followed === undefined ? undefined : presentOf(followed, column.name);
  return present !== undefined && measured !== undefined && (own(measured.alone, present) ?? 0) > mutual[measured.score];
}

/** Few inputs that are no text, and none of them a measurement that tells rows apart. */
function isThin(table: TableProfile, { candidate, ledger, content }: Formulation, { minInputs }: BrainstormConfig): boolean {
  // What users think of items needs nothing but who they are.
  if (candidate.ratings !== undefined) return false;
  const kept = new Set(ledger.filter((entry) => entry.kept).map((entry) => entry.column));
  const entities = new Set(entityCandidates(table).map((column) => column.name));
  const inputs = table.columns.filter(
    (column) => kept.has(column.name) && !KNOWN.test(words(column.name)) && !(entities.has(column.name) && column.distinct > 0.05 * table.rows),
  );
  return content === undefined && inputs.length < minInputs && inputs.every((column) => column.distinct < 0.05 * table.rows);
}

function isNumber(candidate: Candidate): boolean {
  return candidate.objective === 'regression' || candidate.objective === 'count';
}

function sameTask(mutual: Screening['mutual'], one: string, other: string, config: BrainstormConfig): boolean {
  return mutual.some(
    (pair) =>
      ((pair.one === one && pair.other === other) || (pair.one === other && pair.other === one)) &&
      pair.score > (config.mutual[pair.scale as keyof typeof config.mutual] ?? 1),
  );
}
