import { AUDIT, MANIFEST, PROPOSAL, RECIPE, fault, openRules, support, type Judge } from '../claim.ts';
import { at, cite, listAt, numberAt, textAt, type Sources } from '../sources.ts';

const DIMENSION = 'raw_data_usage';
const RAW = at(AUDIT, 'audit', 'split', 'raw');
const TABLE = /\.(?:csv|tsv|json|jsonl|ndjson|txt|data|dat)$/i;
const DOCUMENTATION = /(?:^|\/)(?:readme|source|licen[cs]e|attribution|description|names|codebook|notes?)[^/]*$/i;

/** All relevant raw data are used, or their exclusion is explained. */
export const judgeUsage: Judge = (sources) => {
  const unread = unreadTables(sources);
  const unexplained = listAt(sources, at(MANIFEST, 'ledger')).flatMap((entry) =>
    typeof entry === 'object' &&
    entry !== null &&
    'column' in entry &&
    typeof entry.column === 'string' &&
    'kept' in entry &&
    entry.kept === false &&
    (!('reason' in entry) || entry.reason === '')
      ? [entry.column]
      : [],
  );
  const [labelled, used] = [numberAt(sources, at(RAW, 'labelled')), numberAt(sources, at(RAW, 'used'))];
  const columns = listAt(sources, at(MANIFEST, 'columns')).length;
  return [
    ...openRules(sources, DIMENSION, { L11: 1, S05: 1, S15: 2 }),
    ...fault(
      DIMENSION,
      2,
      unread.length > 0,
      `${unread.length === 1 ? 'another table of the dataset is' : `${unread.length} other tables of the dataset are`} not used`,
      cite(sources, ...unread.slice(0, 3)),
      { owner: 'none', suggestion: 'join the other tables, or say why they do not belong to the question' },
    ),
    ...fault(
      DIMENSION,
      2,
      unexplained.length > 0,
      `left out without a reason: ${unexplained.slice(0, 5).join(', ')}`,
      cite(sources, ...unexplained.slice(0, 3).map((column) => at(MANIFEST, 'ledger', column, 'kept'))),
      { suggestion: 'give the reason in the ledger' },
    ),
    ...(labelled === undefined || used === undefined
      ? []
      : support(DIMENSION, `${used} of ${labelled} labelled raw rows are used`, cite(sources, at(RAW, 'used'), at(RAW, 'labelled')))),
    ...support(
      DIMENSION,
      `${columns} raw columns are inputs, and each of the others has its reason`,
      unexplained.length > 0 ? [] : cite(sources, at(MANIFEST, 'columns', '0', 'raw')),
    ),
  ];
};

/** Places of raw tables that prepare.py does not read: in the manifest, or in the recipe where raw files are not shipped. */
function unreadTables(sources: Sources): string[] {
  const read = listAt(sources, at(PROPOSAL, 'reader', 'files')).filter((file): file is string => typeof file === 'string');
  if (read.length === 0) return [];
  const isUnread = (path: string): boolean => TABLE.test(path) && !DOCUMENTATION.test(path) && !read.includes(path);
  const shipped = listAt(sources, at(MANIFEST, 'files')).flatMap((entry) =>
    typeof entry === 'object' && entry !== null && 'path' in entry && typeof entry.path === 'string' && entry.path.startsWith('raw/') ? [entry.path] : [],
  );
  if (shipped.length > 0) return shipped.filter((path) => isUnread(path.slice('raw/'.length))).map((path) => at(MANIFEST, 'files', path, 'path'));
  const listed = textAt(sources, RECIPE)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' ').slice(2).join(' '));
  return listed.filter(isUnread).map(() => RECIPE);
}
