import type { ColumnProfile, MediaKind, Modality, Objective, TableProfile, TableReader } from '@mle-smith/contracts';

/** What an example is told by alone, where its columns are not what the question is about. */
export type Content = 'text' | 'pair' | 'log' | Exclude<MediaKind, 'document'>;

/** Names and titles: strings of some words of which few come twice. */
export function isShortText(column: ColumnProfile): boolean {
  return column.type === 'categorical' && column.storage === 'string' && (column.words ?? 0) >= 1.5 && column.distinct >= Math.max(200, 0.3 * column.rows);
}

/** How a content is spoken of. */
export const CONTENT: Record<
  Content,
  { readonly modality: Modality; readonly alone: string; readonly from: string; readonly thing: string; readonly things: string; readonly user: string }
> = {
  text: { modality: 'text', alone: 'the text alone', from: 'text', thing: 'text', things: 'texts', user: 'those who sort incoming texts' },
  pair: {
    modality: 'text',
    alone: 'a pair of texts',
    from: 'pairs of texts',
    thing: 'pair',
    things: 'pairs',
    user: 'those who compare texts by hand',
  },
  image: {
    modality: 'image',
    alone: 'the picture alone',
    from: 'pictures',
    thing: 'picture',
    things: 'files',
    user: 'those who look through pictures by hand',
  },
  audio: {
    modality: 'audio',
    alone: 'the recording alone',
    from: 'recordings',
    thing: 'recording',
    things: 'files',
    user: 'those who listen through recordings by hand',
  },
  log: {
    modality: 'log',
    alone: 'what a log has recorded so far',
    from: 'a log',
    thing: 'part of the log',
    things: 'parts of the log',
    user: 'those who watch over a system by its log',
  },
  sequence: {
    modality: 'timeseries',
    alone: 'the measurements of one sequence',
    from: 'measurements',
    thing: 'sequence',
    things: 'files',
    user: 'those who watch a process as it is measured',
  },
};

/** The media of a table; undefined where its rows name no files. */
export function mediaOf(table: TableProfile): { column: string; kind: Exclude<MediaKind, 'document'> } | undefined {
  const { reader } = table;
  if (reader.format !== 'media' || reader.kind === 'document') return undefined;
  return { column: reader.kind, kind: reader.kind };
}

/** Whether a table's labels are about texts or files rather than about its columns. */
export function hasContent(table: TableProfile): boolean {
  return mediaOf(table) !== undefined || table.pair !== undefined || table.columns.some(isText);
}

/** The column by which a question is told instead of this one: tags by the tokens that they stand for, everything else by the text as it was written. */
export function sameWords({ reader }: TableProfile, column: ColumnProfile, objective: Objective): string | undefined {
  if (!('pieces' in reader) || reader.pieces === undefined) return undefined;
  const { text, tokens } = reader.pieces.columns;
  const [told, other] = objective === 'tags' ? [tokens, text] : [text, tokens];
  return column.name === other ? told : undefined;
}

/** Free text that can carry a task. */
export function isText(column: ColumnProfile): boolean {
  return column.type === 'text' && !column.suspicious.includes('nested');
}

/** The reader of a table of log lines, windows or sessions; undefined for other tables. */
export function logOf({ reader }: TableProfile): Extract<TableReader, { format: 'log' }> | undefined {
  return reader.format === 'log' ? reader : undefined;
}

/** The columns of a log that hold what it says. */
export const LOG_TEXTS: ReadonlySet<string> = new Set(['events', 'opening', 'message']);
