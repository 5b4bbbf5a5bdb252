import type { ColumnProfile, LedgerEntry, TableProfile } from '@mle-smith/contracts';
import type { BrainstormConfig } from '../config.ts';
import { followedEntry, followedOf } from './rules/ahead.ts';
import type { Candidate } from './rules/candidates.ts';
import { CONTENT, LOG_TEXTS, isText, logOf, mediaOf, sameWords, type Content } from './rules/content.ts';
import { words } from './rules/cues.ts';
import { isOfPair, pairEntry } from './rules/pairs.ts';
import { availabilityOf, isSibling, linesOf, structuralDrop } from './rules/ledger.ts';
import type { Asked, TargetScreening } from './screening.ts';

/** A candidate on its way to a proposal: the ledger says of each column whether it is still an input, and why. */
export interface Formulation {
  readonly candidate: Candidate;
  /** What alone tells the answer, where that is not the columns. */
  readonly content: Content | undefined;
  readonly ledger: readonly LedgerEntry[];
}

/** Most other inputs that a table of texts may have; with more, it is a table that has a text column. */
const FEW_INPUTS = 3;
const GIVEN_TOGETHER = 'given by the same annotators as the target';

/** The ledger before anything is measured: structure, names and documentation. */
export function firstFormulation(table: TableProfile, documentation: string, candidate: Candidate, candidates: readonly Candidate[]): Formulation {
  const target = candidate.column;
  // What the name of a file tells was known when it was made, and is no annotation.
  const parts = new Set(table.reader.format === 'media' ? table.reader.parts.map((part) => part.name) : []);
  const labels = new Set(candidates.map((other) => other.column.name).filter((name) => !parts.has(name)));
  const others = table.columns.filter((column) => column.name !== target.name);
  const media = mediaOf(table);
  const log = logOf(table);
  const followed = followedOf(table);
  if (followed !== undefined) return { candidate, content: undefined, ledger: others.map((column) => followedEntry(column, followed, documentation, target)) };
  if (log !== undefined) return { candidate, content: saysMuch(table) ? 'log' : undefined, ledger: others.map((column) => logEntry(column, log, target)) };
  // Columns beside texts that could be inputs of their own.
  const beside = others.filter(
    (column) => !isText(column) && !isOfPair(table, column) && !labels.has(column.name) && structuralDrop(column, target) === undefined,
  );
  const text = (table.pair !== undefined || others.some(isText)) && beside.length <= FEW_INPUTS;
  // A label of a table of pairs is one of the pair, unless there is much else that it could be of.
  const pair = table.pair !== undefined && text && candidate.objective !== 'tags';
  // Tags are about the tokens of a text, whatever stands beside it.
  const content = media?.kind ?? (pair ? 'pair' : text || candidate.objective === 'tags' ? 'text' : undefined);
  const isContent = (column: ColumnProfile): boolean => (pair ? isOfPair(table, column) : media === undefined ? isText(column) : column.name === media.column);
  const ledger = others.map((column): LedgerEntry => {
    const structural = structuralDrop(column, target);
    if (structural !== undefined) return { column: column.name, availability: 'at', evidence: structural.evidence, kept: false, reason: structural.reason };
    if (column.name === candidate.event?.name)
      return {
        column: column.name,
        availability: 'after',
        evidence: 'it is the event',
        kept: false,
        reason: 'train.csv tells it as `event`, and the answers hold it',
      };
    if (isOfPair(table, column) && (pair || !isText(column)))
      return pair ? pairEntry(table, column) : { ...pairEntry(table, column), kept: false, reason: 'the question is not what two texts are to each other' };
    if (column.type === 'tags')
      return { column: column.name, availability: 'after', evidence: 'what annotators found in the text', kept: false, reason: GIVEN_TOGETHER };
    const twin = sameWords(table, column, candidate.objective);
    if (twin !== undefined)
      return { column: column.name, availability: 'at', evidence: `made from the same text as ${twin}`, kept: false, reason: `${twin} has the same words` };
    if (content !== undefined && !isContent(column))
      return {
        column: column.name,
        availability: labels.has(column.name) ? 'after' : 'at',
        evidence: labels.has(column.name) ? 'a label given together with the target' : 'recorded beside the content',
        kept: false,
        reason: labels.has(column.name) ? GIVEN_TOGETHER : `the question is what ${CONTENT[content].alone} says`,
      };
    const { availability, evidence } = availabilityOf(column, documentation, target);
    if (content === undefined && isText(column))
      return { column: column.name, availability, evidence, kept: false, reason: 'free text beside many columns: another kind of question' };
    return {
      column: column.name,
      availability,
      evidence,
      kept: availability !== 'after',
      reason: availability === 'after' ? `known only after the moment of prediction: ${evidence}` : '',
    };
  });
  return { candidate, content, ledger };
}

/** Whether a log's rows hold messages; requests are plain columns. */
function saysMuch(table: TableProfile): boolean {
  return table.columns.some((column) => LOG_TEXTS.has(column.name));
}

/** The ledger's line for a column of a log: what is known only when the story has ended is no input. */
function logEntry(column: ColumnProfile, { outcomes, rows }: NonNullable<ReturnType<typeof logOf>>, target: ColumnProfile): LedgerEntry {
  const entry = linesOf(column.name);
  if (outcomes.includes(column.name)) return entry('after', 'the log tells it when the story has ended', 'known only after the moment of prediction');
  const structural = LOG_TEXTS.has(column.name) ? undefined : structuralDrop(column, target);
  if (structural !== undefined) return entry('at', structural.evidence, structural.reason);
  if (column.name === 'time' && rows !== 'lines')
    return entry('at', 'the moment of prediction', 'it would say which rows follow each other, and with them the answers');
  if (column.name === 'pid') return entry('at', 'given by the operating system', 'a number that grows with time and says nothing else');
  return entry('at', 'written by the moment of prediction');
}

/** What the screening is asked about a formulation. */
export function asked({ candidate, content, ledger }: Formulation): Asked {
  // Trees cannot see into a file; the ladder can.
  const kept = ledger.filter((entry) => entry.kept && (content === undefined || content === 'text' || content === 'pair'));
  return {
    candidate,
    inputs: kept.map((entry) => entry.column),
    unknown: kept.filter((entry) => entry.availability === 'unknown').map((entry) => entry.column),
    paired: content === 'pair',
  };
}

/** The same formulation where the label turned out to be one of a text, beside which another one stands. */
export function ofOneText(formulation: Formulation): Formulation {
  const ledger = formulation.ledger.map((entry) => ({ ...entry, reason: entry.reason.replace(CONTENT.pair.alone, CONTENT.text.alone) }));
  return { ...formulation, content: 'text', ledger };
}

/** Inputs that the measurements speak against, each with the reason. */
export function objections(
  table: TableProfile,
  { candidate, ledger }: Formulation,
  measured: TargetScreening,
  config: BrainstormConfig,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const object = (column: string, reason: string): void => void (found.has(column) || found.set(column, reason));
  const profiles = new Map<string, ColumnProfile>(table.columns.map((column) => [column.name, column]));
  const name = candidate.column.name;
  for (const { kind, columns } of measured.derivations)
    for (const column of columns) object(column, `${name} can be recomputed: ${kind} of ${columns.join(', ')}`);
  for (const [column, share] of Object.entries(measured.steps))
    if (share > config.steps) object(column, `a step of ${name}: ${Math.round(share * 100)} % of its values follow from it`);
  for (const [column, score] of Object.entries(measured.alone)) {
    const profile = profiles.get(column);
    if (profile !== undefined && isSibling(profile, candidate.column, score, measured.score))
      object(column, `another measurement of ${name}: it gives ${measured.score} ${score} alone`);
  }
  for (const columns of measured.shortcuts) {
    if (columns.some((column) => found.has(column))) continue;
    const strongest = [...columns].sort((one, other) => (measured.alone[other] ?? 0) - (measured.alone[one] ?? 0))[0];
    if (strongest !== undefined) object(strongest, `${columns.join(' with ')} all but gives ${name} (${measured.score} above the shortcut limit)`);
  }
  for (const [column, cost] of Object.entries(measured.unknownCost))
    if (cost > config.unknownCost) object(column, `it cannot be shown to be known in time, and ${Math.round(cost * 100)} % of the gain hangs on it`);
  const limit = config.missingness[measured.score];
  if ((measured.missingness ?? 0) > limit) {
    const telling = Object.entries(measured.missingAlone).sort((one, other) => other[1] - one[1])[0];
    if (telling !== undefined) object(telling[0], `whether it is missing gives ${name} away (${measured.score} ${telling[1]})`);
  }
  const kept = new Set(ledger.filter((entry) => entry.kept).map((entry) => entry.column));
  return new Map([...found].filter(([column]) => kept.has(column)));
}

/** The formulation without the columns that were objected to. */
export function without(formulation: Formulation, reasons: ReadonlyMap<string, string>): Formulation {
  const ledger = formulation.ledger.map((entry) => {
    const reason = reasons.get(entry.column);
    return reason === undefined ? entry : { ...entry, kept: false, reason };
  });
  return { ...formulation, ledger };
}

/** Why a measured formulation is not worth designing; undefined where it is. */
export function weakness({ candidate }: Formulation, measured: TargetScreening, config: BrainstormConfig): string | undefined {
  const least = measured.score === 'balanced_accuracy' ? measured.trivial + config.least.balancedAccuracyGain : config.least[measured.score];
  if (measured.best < least)
    return `the inputs say too little about ${words(candidate.column.name)}: ${measured.score} ${measured.best}, ${least} is the least`;
  return undefined;
}
