import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Proposal, Reader, TableReader } from '@mle-smith/contracts';
import { python, type Plain } from './python.ts';

/** A module of `mle_env.readers`: what it imports, and its functions as they stand. */
interface PythonModule {
  readonly imports: readonly string[];
  readonly code: string;
}

/** The modules of `mle_env.readers` by name. */
export type ReaderModules = ReadonlyMap<string, PythonModule>;

/** Code of prepare.py that deals with the raw files. */
export interface ReaderSource {
  readonly imports: readonly string[];
  readonly constants: readonly string[];
  readonly functions: readonly string[];
  /** The expression that reads the raw table; `raw` is the folder with its archives unpacked. */
  readonly read: string;
}

const MODULES: Record<TableReader['format'], { module: string; call: string }> = {
  csv: { module: 'delimited', call: 'read_delimited' },
  json: { module: 'json_records', call: 'read_json_records' },
  jsonl: { module: 'json_records', call: 'read_json_records' },
  parquet: { module: 'parquet', call: 'read_parquet' },
  sqlite: { module: 'sqlite_table', call: 'read_sqlite' },
  excel: { module: 'excel', call: 'read_excel' },
  conll: { module: 'conll', call: 'read_conll' },
  log: { module: 'log', call: 'read_log' },
};

/** Reads the modules of a folder, and single ones besides. */
export async function readerModules(directory: string, others: readonly string[]): Promise<ReaderModules> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.py') && name !== '__init__.py' && !name.startsWith('test_'));
  const paths = [...names.map((name) => join(directory, name)), ...others];
  const texts = await Promise.all(paths.map(async (path) => [basename(path, '.py'), moduleOf(await readFile(path, 'utf8'))] as const));
  return new Map(texts);
}

/** What prepare.py needs to read the raw table and to copy media: the modules of the formats and those that its split reads instants by, and how the files are written. */
export function readerSource(proposal: Proposal, modules: ReaderModules, calendar: readonly string[]): ReaderSource {
  const { reader } = proposal;
  const used = new Set<string>();
  const constants: string[] = [];
  const read = readCall(reader, 'READER', used, constants);
  if (reader.archives !== undefined) used.add('archives');
  for (const name of calendar) used.add(name);
  for (const { kind } of proposal.media) used.add(`neutral_${kind}`);
  const found = [...used].sort().map((name) => {
    const module = modules.get(name);
    if (module === undefined) throw new RangeError(`mle_env.readers lacks a module [module=${name}]`);
    return module;
  });
  return {
    imports: [...new Set(found.flatMap((module) => module.imports))].filter((line) => !/^(from pathlib import Path|import pandas as pd)$/.test(line)).sort(),
    constants,
    functions: found.map((module) => module.code),
    read,
  };
}

/** The expression that reads a table, with the rows that have texts in common numbered where the reader asks for it. */
function readCall(reader: Reader, name: string, used: Set<string>, constants: string[]): string {
  if (!('linked' in reader) || reader.linked === undefined) return plainCall(reader, name, used, constants);
  used.add('linked_texts');
  const { linked, ...plain } = reader;
  const table = plainCall(plain, name, used, constants);
  constants.push(
    '# Which rows are numbered alike: those that have a text of these columns in common, directly or through other rows.',
    ...assigned('LINKED', linked),
  );
  return `link_texts(${table}, LINKED)`;
}

function plainCall(reader: Reader, name: string, used: Set<string>, constants: string[]): string {
  if (reader.format === 'joined') {
    used.add('joined');
    const others = reader.others.map((other, place) => {
      const call = readCall(other.reader, `${name}_${place + 1}`, used, constants);
      return `(${call}, ${python(other.reference)}, ${python(other.key)}, ${python(other.prefix)})`;
    });
    return `joined(${readCall(reader.base, name, used, constants)}, [${others.join(', ')}])`;
  }
  if (reader.format === 'ahead') {
    used.add('ahead');
    used.add('instants');
    const { base, archives: _, files: __, span: ___, ...rest } = reader;
    const table = readCall(base, `${name}_BASE`, used, constants);
    constants.push('# Who is followed by which instants, what of the past stands in a row, and what comes so many steps later.', ...assigned(name, rest));
    return `ahead(${table}, ${name}, instants)`;
  }
  if (reader.format === 'media') {
    used.add('media');
    const { labels, archives: _, files: __, ...rest } = reader;
    constants.push(
      ...assigned(name, {
        ...rest,
        ...(labels === undefined ? {} : { labels: { key: labels.key, by: labels.by, ...(labels.counts === undefined ? {} : { counts: labels.counts }) } }),
      }),
    );
    return `read_media(${name}, raw${labels === undefined ? '' : `, ${readCall(labels.reader, 'LABELS', used, constants)}`})`;
  }
  const { archives: _, ...rest } = reader;
  constants.push(...assigned(name, rest));
  const { module, call } = MODULES[reader.format];
  used.add(module);
  let table = `${call}(${name}, raw)`;
  if ('pieces' in reader && reader.pieces !== undefined) {
    used.add('tagged_pieces');
    table = `tagged_pieces(${name}, ${table})`;
  }
  if ('gathered' in reader && reader.gathered !== undefined) {
    used.add('gathered');
    table = `gather(${table}, ${name}["gathered"])`;
  }
  return table;
}

/** A dictionary constant, one entry a line. */
function assigned(name: string, record: Readonly<Record<string, Plain | undefined>>): string[] {
  return [`${name} = {`, ...Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [`    ${python(key)}: ${python(value)},`])), '}'];
}

/** Splits a module into its imports and the rest, without its docstring. */
function moduleOf(text: string): PythonModule {
  const lines = text.replace(/^"""[\s\S]*?"""\n/, '').split('\n');
  const isImport = (line: string): boolean => /^(import|from) /.test(line);
  return {
    imports: lines.filter(isImport),
    code: lines
      .filter((line) => !isImport(line))
      .join('\n')
      .trim(),
  };
}
