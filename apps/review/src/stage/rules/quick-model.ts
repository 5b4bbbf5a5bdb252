import { SCALES, type Scale } from '@mle-smith/contracts';
import { AUDIT } from '../claim.ts';
import { at, listAt, numberAt, recordAt, textAt, type Sources } from '../sources.ts';

const LEAKAGE = at(AUDIT, 'audit', 'leakage');

export interface QuickModel {
  readonly scale: Scale;
  readonly trivial: number;
  readonly best: number;
  /** What the model gains over the trivial score. */
  readonly gain: number;
  /** The input that says most by itself; the entity of a group split does not count. */
  readonly strongest: { readonly column: string; readonly score: number; readonly place: string } | undefined;
  /** Where `best` and `trivial` stand. */
  readonly places: readonly string[];
}

/** The audit's boosted trees on a sample of the training rows; undefined where they were not fitted. */
export function quickModel(sources: Sources): QuickModel | undefined {
  const scale = SCALES.find((name) => name === textAt(sources, at(LEAKAGE, 'scale')));
  const [trivial, best] = ['trivial', 'best'].map((name) => numberAt(sources, at(LEAKAGE, name)));
  if (scale === undefined || trivial === undefined || best === undefined) return undefined;
  const group = textAt(sources, at(AUDIT, 'audit', 'facts', 'group'));
  const alone = Object.entries(recordAt(sources, at(LEAKAGE, 'alone'))).flatMap(([column, score]) =>
    typeof score === 'number' && column !== group ? [{ column, score, place: at(LEAKAGE, 'alone', column) }] : [],
  );
  return {
    scale,
    trivial,
    best,
    gain: best - trivial,
    strongest: alone.sort((one, other) => other.score - one.score)[0],
    places: [at(LEAKAGE, 'best'), at(LEAKAGE, 'trivial')],
  };
}

/** Whether an input is free text or a file, which the quick model does not read. */
export function hasContent(sources: Sources): boolean {
  return listAt(sources, at(AUDIT, 'audit', 'facts', 'text')).length > 0 || Object.keys(recordAt(sources, at(AUDIT, 'audit', 'facts', 'media'))).length > 0;
}
