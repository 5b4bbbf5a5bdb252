import type { MediaKind, Pair, Profile, Proposal, Ratings, TableProfile } from '@mle-smith/contracts';

/** What the templates need besides the proposal: names in the package and what is left out. */
export interface Plan {
  readonly proposal: Proposal;
  readonly table: TableProfile;
  /** Inputs in raw column order, with their names in the package. */
  readonly inputs: readonly { raw: string; name: string }[];
  readonly textInputs: readonly string[];
  /** Inputs whose cells name files, and the ending that their copies get. */
  readonly media: readonly { name: string; kind: MediaKind; ending: string }[];
  /** Raw columns that are left out (the target's own column aside), with the reason. */
  readonly dropped: readonly { column: string; reason: string }[];
  /** How the target's cells are turned into answers. */
  readonly target: 'binary' | 'label' | 'level' | 'integer' | 'float' | 'tags' | 'labels';
  /** Class labels as they stand in the answers; empty for numbers. */
  readonly classes: readonly string[];
}

/** The column of train and answers that is 1 where the event was seen and 0 where the target is only a lower bound of its time. */
export const EVENT = 'event';

/** The columns of the package that name who rates and what is rated. */
export function ratingsOf(plan: Plan, { user, item }: Ratings): Ratings {
  return { user: inputNamed(plan, user), item: inputNamed(plan, item) };
}

/** The columns of the package that hold the two texts of a pair. */
export function pairOf(plan: Plan, { one, other, apart }: Pair): Pair {
  return { one: inputNamed(plan, one), other: inputNamed(plan, other), apart: apart.map((raw) => inputNamed(plan, raw)) };
}

/** The name in the package of a raw column that the task cannot do without; throws where it is no input. */
export function inputNamed({ inputs }: Plan, raw: string): string {
  const found = inputs.find((input) => input.raw === raw);
  if (found === undefined) throw new RangeError(`a column that the task needs is no input [column=${raw}]`);
  return found.name;
}

/** The clean form of a class: what both prepare.py and metric.py compare. */
export function cleanLabel(label: string): string {
  return label.trim().replace(/\.0$/, '');
}

/** The clean form of one of several labels of a cell, in which spaces stand between labels. */
function cleanPart(label: string): string {
  return label.trim().replace(/\s+/g, '_');
}

/** Derives the plan; throws where the profile does not hold the proposal's table. */
export function planOf(proposal: Proposal, profile: Profile): Plan {
  const table = profile.tables.find((candidate) => candidate.name === proposal.table);
  if (table === undefined) throw new RangeError(`the profile lacks the proposal's table [table=${proposal.table}]`);
  const banned = new Set([proposal.target.column, proposal.target.event ?? proposal.target.column, ...(proposal.target.derivation?.sources ?? [])]);
  const kept = new Set(proposal.inputs.filter((column) => !banned.has(column)));
  const names = table.columns.map((column) => column.name);
  const raw = names.filter((name) => kept.has(name));
  const reserved = new Set(['id', proposal.target.name, ...(proposal.target.event === undefined ? [] : [EVENT])]);
  const taken = new Set([...raw, ...reserved]);
  const inputs = raw.map((column) => ({ raw: column, name: packageName(column, reserved, taken) }));
  const reasons = new Map(
    proposal.ledger.map((entry) => [
      entry.column,
      entry.reason === '' ? `known ${entry.availability} the moment of prediction: ${entry.evidence}` : entry.reason,
    ]),
  );
  const own = proposal.target.derivation === undefined ? proposal.target.column : undefined;
  const dropped = names
    .filter((name) => !kept.has(name) && name !== own)
    .map((column) => ({
      column,
      reason:
        proposal.target.derivation?.sources.includes(column) === true
          ? 'the label is derived from it'
          : (reasons.get(column) ?? 'not an input of this question'),
    }));
  const classes = proposal.target.classes
    .filter((label) => !proposal.target.dropped.includes(label))
    .map(proposal.objective === 'multilabel' ? cleanPart : cleanLabel);
  return {
    proposal,
    table,
    inputs,
    textInputs: inputs.filter((input) => proposal.textInputs.includes(input.raw)).map((input) => input.name),
    media: mediaOf(proposal, inputs),
    dropped,
    target: targetKind(proposal, table, classes),
    classes,
  };
}

function mediaOf({ media, reader }: Proposal, inputs: Plan['inputs']): Plan['media'] {
  if (reader.format !== 'media') return [];
  const jpeg = reader.suffixes.every((suffix) => suffix === '.jpg' || suffix === '.jpeg');
  const endings: Record<MediaKind, string> = { image: jpeg ? '.jpg' : '.png', audio: '.wav', sequence: '.csv', document: '.txt' };
  return inputs.flatMap(({ raw, name }) => media.filter(({ column }) => column === raw).map(({ kind }) => ({ name, kind, ending: endings[kind] })));
}

function packageName(column: string, reserved: ReadonlySet<string>, taken: Set<string>): string {
  const unusable = column.toLowerCase() === 'id' || reserved.has(column);
  if (!unusable && /^\S(.*\S)?$/.test(column)) return column;
  let name = unusable ? `raw_${column}` : column.trim().replace(/\s+/g, ' ');
  while (name === '' || taken.has(name)) name = `raw_${name}`;
  taken.add(name);
  return name;
}

function targetKind(proposal: Proposal, table: TableProfile, classes: readonly string[]): Plan['target'] {
  if (proposal.objective === 'binary' || proposal.objective === 'ranking') return 'binary';
  if (proposal.objective === 'multiclass') return 'label';
  if (proposal.objective === 'tags') return 'tags';
  if (proposal.objective === 'multilabel') return 'labels';
  if (proposal.objective === 'ordinal' && classes.some((label) => !/^-?\d+$/.test(label))) return 'level';
  if (proposal.objective === 'ordinal' || proposal.objective === 'count') return 'integer';
  const column = table.columns.find((candidate) => candidate.name === proposal.target.column);
  return proposal.target.derivation === undefined && column?.storage === 'integer' ? 'integer' : 'float';
}
