import type { Reader } from '@mle-smith/contracts';
import { python } from './python.ts';

/** `import` lines of the standard library and the `read(raw)` function of prepare.py. */
export function readerSource(reader: Reader): { imports: string[]; code: string } {
  return reader.format === 'csv' ? csvReader(reader) : jsonReader(reader);
}

function csvReader(reader: Extract<Reader, { format: 'csv' }>): { imports: string[]; code: string } {
  const unquoted = reader.quote === '';
  const options = [
    `sep=${python(reader.delimiter)}`,
    `encoding=${python(reader.encoding)}`,
    'keep_default_na=False',
    'na_values=MISSING',
    'index_col=False',
    'low_memory=False',
    ...(reader.decimal === undefined ? [] : [`decimal=${python(reader.decimal)}`]),
    ...(unquoted ? ['quoting=csv.QUOTE_NONE'] : []),
    ...(reader.header ? [] : ['header=None', `names=${python(reader.names ?? [])}`]),
  ].join(', ');
  const [only] = reader.files;
  const body =
    reader.files.length === 1 && only !== undefined
      ? `    return pd.read_csv(raw / ${python(only)}, ${options})`
      : `    parts = [pd.read_csv(raw / name, ${options}) for name in FILES]\n    return pd.concat(parts, ignore_index=True)`;
  const files = reader.files.length === 1 ? '' : `FILES = ${python(reader.files)}\n`;
  return {
    imports: unquoted ? ['import csv'] : [],
    code: `${files}# Cells that mean "not known".\nMISSING = ${python(reader.missing)}\n\n\ndef read(raw: Path) -> pd.DataFrame:\n    """The raw table, one record a row."""\n${body}\n`,
  };
}

function jsonReader(reader: Extract<Reader, { format: 'json' | 'jsonl' }>): { imports: string[]; code: string } {
  const lines = reader.format === 'jsonl';
  const joins = Object.entries(reader.joinText);
  const missing = reader.missing.filter((code) => code !== '');
  const found = lines
    ? '        found = [(None, json.loads(line)) for line in text.splitlines() if line.strip()]'
    : `        found = at_path(json.loads(text), ${python(reader.recordPath)}, None)`;
  const walk = lines
    ? ''
    : `
def at_path(value, path, key):
    """Every record below a path of keys, with the key that "*" stood for."""
    if not path:
        for record in value if isinstance(value, list) else [value]:
            yield key, record
        return
    for name in list(value) if path[0] == "*" else [path[0]]:
        yield from at_path(value[name], path[1:], name if path[0] == "*" else key)

`;
  const code = [
    `FILES = ${python(reader.files)}`,
    '',
    walk,
    'def read(raw: Path) -> pd.DataFrame:',
    '    """The raw records as a table, one record a row."""',
    '    rows = []',
    '    for name in FILES:',
    `        text = (raw / name).read_text(encoding=${python(reader.encoding)})`,
    found,
    '        for key, record in found:',
    '            row = dict(record) if isinstance(record, dict) else {"value": record}',
    ...joins.map(
      ([name, [list, part]]) =>
        `            row[${python(name)}] = "".join(str(chunk.get(${python(part)}, "")) for chunk in row.pop(${python(list)}, None) or [])`,
    ),
    ...(reader.labelFromKey === undefined ? [] : [`            row[${python(reader.labelFromKey)}] = key`]),
    '            rows.append(row)',
    '    table = pd.json_normalize(rows)',
    '    for column in table.columns:',
    '        table[column] = table[column].map(lambda cell: json.dumps(cell, ensure_ascii=False, sort_keys=True) if isinstance(cell, (list, dict)) else cell)',
    `    return table${missing.length === 0 ? '' : `.replace({code: None for code in ${python(missing)}})`}`,
    '',
  ].join('\n');
  return { imports: ['import json'], code };
}
