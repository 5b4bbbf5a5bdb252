import { plain } from '@mle-smith/agent';
import type { Profile } from '@mle-smith/contracts';
import { z } from 'zod';

/** Objectives that a model may ask for; the others follow from what the data is (series, ratings, tags, times to an event) and are formulated by rule. */
export const ASKABLE = ['binary', 'multiclass', 'ordinal', 'regression', 'count'] as const;

const Idea = z.strictObject({
  table: z.string(),
  target: z.string().describe('The column that is asked for.'),
  objective: z.enum(ASKABLE),
  positive: z.string().nullable().describe('Binary: the value that counts as yes. Else null.'),
  title: z.string().describe('A few words, without the name of the dataset.'),
  question: z.string().describe('One sentence that ends with a question mark.'),
  user: z.string().describe('Who wants to know.'),
  decision: z.string().describe('What is decided by the answer.'),
  momentOfPrediction: z.string().describe('When it is asked, in one sentence: what is known then and what is not.'),
  leaveOut: z.array(z.strictObject({ column: z.string(), reason: z.string().describe('Why it is not known in time, or gives the answer away.') })),
  unseen: z.array(z.string()).describe('Columns that name things which are new when the question is asked.'),
  attack: z.string().describe('How somebody could answer without solving it, and why that does not work here.'),
});
export type Idea = z.infer<typeof Idea>;

/** What the Brainstormer answers. */
export const Ideas = z.strictObject({ formulations: z.array(Idea) });
export type Ideas = z.infer<typeof Ideas>;

/** What the profile says against ideas, in sentences for the model: columns that do not exist, constant targets, the same question twice. */
export function complaintsOf({ formulations }: Ideas, { tables }: Profile, most: number): string[] {
  const seen = new Set<string>();
  const complaints = formulations.flatMap((idea) => {
    const { table: tableName, target, objective, positive, leaveOut, unseen } = idea;
    const table = tables.find((candidate) => candidate.name === tableName);
    if (table === undefined) return [`there is no table ${tableName}; there are ${tables.map(({ name }) => name).join(', ')}`];
    const column = table.columns.find((candidate) => candidate.name === target);
    if (column === undefined) return [`${tableName} has no column ${target}`];
    const key = JSON.stringify([tableName, target]);
    const repeated = seen.has(key);
    seen.add(key);
    const missing = [...leaveOut.map((entry) => entry.column), ...unseen].filter((name) => !table.columns.some((candidate) => candidate.name === name));
    const number = column.storage === 'integer' || column.storage === 'float';
    return [
      ...textComplaints(idea),
      ...(repeated ? [`${target} of ${tableName} is asked for twice`] : []),
      ...(column.distinct < 2 ? [`${target} is constant`] : []),
      ...missing.map((name) => `${tableName} has no column ${name}`),
      ...(leaveOut.some((entry) => entry.column === target) ? [`${target} is asked for and left out`] : []),
      ...(objective === 'binary' && column.distinct !== 2 ? [`${target} has ${column.distinct} values, so it is not binary`] : []),
      ...(objective === 'binary' && !column.top.some(({ value }) => value === positive)
        ? [
            `positive of ${target} must be one of ${column.top
              .slice(0, 2)
              .map(({ value }) => JSON.stringify(value))
              .join(', ')}`,
          ]
        : []),
      ...((objective === 'regression' || objective === 'count' || objective === 'ordinal') && !number
        ? [`${target} holds no numbers, so it is no ${objective}`]
        : []),
      ...(objective === 'count' && (column.storage !== 'integer' || (column.min ?? -1) < 0) ? [`${target} holds no counts`] : []),
      ...(objective === 'multiclass' && (column.distinct < 3 || column.distinct > column.top.length)
        ? [`${target} has ${column.distinct} values, which is not a handful of classes`]
        : []),
    ];
  });
  return formulations.length > most ? [...complaints, `${formulations.length} formulations are more than ${most}`] : complaints;
}

/** Longest text of an idea. It is read by participants: rows of the raw data, which hold answers, have no room in it. */
const LONGEST = 400;

/** Texts of an idea reach participants and pages of registries, so that they are one short, plain line without addresses or markup. */
function textComplaints({ title, question, user, decision, momentOfPrediction, attack, leaveOut }: Idea): string[] {
  const texts = {
    title,
    question,
    user,
    decision,
    momentOfPrediction,
    attack,
    ...Object.fromEntries(leaveOut.map(({ column, reason }) => [`the reason for ${column}`, reason])),
  };
  return Object.entries(texts).flatMap(([name, text]) => [
    ...(text.length > LONGEST ? [`${name} has ${text.length} characters, which is more than ${LONGEST}`] : []),
    ...(plain(text) !== text || text.includes('\n') ? [`${name} must be one line of plain text`] : []),
    ...(/:\/\/|<\/?[a-z!]|\]\(/i.test(text) ? [`${name} must hold no address and no markup`] : []),
  ]);
}
