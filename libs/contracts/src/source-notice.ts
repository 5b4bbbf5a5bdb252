/** What ingest tells of a place outside, by its bucket; never part of the truth. */
export type SourceNotice =
  | { readonly kind: 'looked'; readonly source: string; readonly outcome: 'taken' | 'known' | 'refused'; readonly objects: number }
  | {
      readonly kind: 'found';
      readonly source: string;
      readonly dataset: string;
      readonly uri: string;
      readonly objects: number;
      /** From its first sight, ms. */
      readonly settledMs: number;
      /** What told that nobody writes to it any more. */
      readonly by: 'marker' | 'quiet';
      /** Whether events tell of this source, and none had told of it. */
      readonly gap: boolean;
    }
  | { readonly kind: 'fetched'; readonly source: string; readonly bytes: number }
  | { readonly kind: 'unreachable'; readonly source: string; readonly error: unknown };
