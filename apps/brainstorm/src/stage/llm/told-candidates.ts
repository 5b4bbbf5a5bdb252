import type { TableProfile } from '@mle-smith/contracts';
import type { BrainstormConfig } from '../../config.ts';
import type { Formulation } from '../formulation.ts';
import { without } from '../formulation.ts';
import { shapeAs, type Candidate, type TurnedDown } from '../rules/candidates.ts';
import type { Idea } from './ideas.ts';

/** What a model asks of a table as candidates, in its order; measured and judged like any others. */
export function toldCandidates(table: TableProfile, ideas: readonly Idea[], config: BrainstormConfig): { candidates: Candidate[]; turnedDown: TurnedDown[] } {
  const candidates: Candidate[] = [];
  const turnedDown: TurnedDown[] = [];
  ideas.forEach(({ target, objective, positive, decision }, place) => {
    const column = table.columns.find((candidate) => candidate.name === target);
    const labelled = column === undefined ? 0 : column.rows - column.missing;
    const shape = column === undefined ? undefined : shapeAs(column, objective, positive ?? undefined, config);
    if (column === undefined || labelled < config.minRows)
      turnedDown.push({ target, objective, code: 'too_few_rows', reason: `${labelled} labelled rows are fewer than ${config.minRows}` });
    else if (shape === undefined) turnedDown.push({ target, objective, code: 'no_objective', reason: `its classes have too few rows for ${objective}` });
    else candidates.push({ column, worth: ideas.length - place, reason: decision, ...shape });
  });
  return { candidates, turnedDown };
}

/** The formulation without what the model leaves out. It may take inputs away and never bring one back. */
export function asTold(formulation: Formulation, { leaveOut }: Idea): Formulation {
  const kept = new Set(formulation.ledger.filter((entry) => entry.kept).map((entry) => entry.column));
  return without(formulation, new Map(leaveOut.filter(({ column }) => kept.has(column)).map(({ column, reason }) => [column, reason])));
}
