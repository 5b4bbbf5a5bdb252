import { tool, type AnyTool } from '@mle-smith/agent';
import type { Dataset, Profile, TableProfile } from '@mle-smith/contracts';
import type { Job, JobResult, JobRunner } from '@mle-smith/environment';
import { canonicalJson } from '@mle-smith/package';
import { deterministicName } from '@mle-smith/task';
import { z } from 'zod';
import { ScreeningError } from '../screening.ts';

const MOST_FILES = 200;
const MOST_COLUMNS = 120;
const MOST_ROWS = 40;
const SHOWN_VALUES = 8;
/** Characters of a program, of its output, and seconds that it may take. */
const MOST_PROGRAM = 20_000;
const PYTHON_WALL_MS = 60_000;

const Answer = z.union([z.object({ text: z.string(), rows: z.int(), sampled: z.array(z.string()).default([]) }), z.object({ error: z.string() })]);

/** What the Brainstormer may do: look, and nothing else. Everything that reads bytes of the dataset runs in a sandbox. They throw `ScreeningError` where that is lost. */
export function lookingTools(jobs: JobRunner, { dataset, profile, name }: { dataset: Dataset; profile: Profile; name: string }): readonly AnyTool[] {
  const tableOf = (wanted: string): TableProfile | undefined => profile.tables.find((table) => table.name === wanted);
  const noTable = `There is no such table. There are: ${profile.tables.map((table) => table.name).join(', ')}.`;
  const raw = { at: 'raw', bundle: dataset.raw };
  // A sandbox that is gone says nothing about the dataset: it is no news for the model.
  const run = async (job: Job, signal: AbortSignal): Promise<JobResult> => {
    const result = await jobs.run(job, signal);
    if (result.status === 'lost') throw new ScreeningError(result.message, result.status);
    return result;
  };
  const explored = async (call: string, argument: unknown, signal: AbortSignal): Promise<string> => {
    const result = await run(
      {
        name: `look-${name}-${deterministicName(call, canonicalJson(argument))}`,
        zone: 'measure',
        trust: 'ours',
        run: { call: `mle_env.explore:${call}`, argument },
        inputs: [raw],
      },
      signal,
    );
    if (result.status !== 'succeeded') return `It could not be done: ${result.message}`;
    const answer = Answer.parse(result.value);
    if ('error' in answer) return `It could not be done: ${answer.error}`;
    return `${answer.text}${answer.sampled.map((table) => `[of ${table} only a sample of the rows was asked]\n`).join('')}`;
  };
  return [
    tool({
      name: 'list_files',
      description: 'Lists the files of the dataset with their sizes in bytes and what they are. Begin with this.',
      parameters: z.strictObject({}),
      run: () =>
        Promise.resolve(
          [
            ...profile.files.slice(0, MOST_FILES).map((file) => `${file.path}  ${file.bytes}  ${file.format}`),
            ...(profile.files.length > MOST_FILES ? [`and ${profile.files.length - MOST_FILES} more`] : []),
            `tables: ${profile.tables.map((table) => `${table.name} (${table.rows} rows, ${table.columns.length} columns)`).join('; ')}`,
          ].join('\n'),
        ),
    }),
    tool({
      name: 'read_documentation',
      description: 'Gives what the dataset says about itself: README and the like.',
      parameters: z.strictObject({}),
      run: () => Promise.resolve(profile.documentation === '' ? 'There is none.' : profile.documentation),
    }),
    tool({
      name: 'describe_table',
      description: 'Describes the columns of a table: type, missing and different values, range, commonest values, notes.',
      parameters: z.strictObject({ table: z.string() }),
      run: ({ table: wanted }) => {
        const table = tableOf(wanted);
        return Promise.resolve(table === undefined ? noTable : described(table));
      },
    }),
    tool({
      name: 'sample_rows',
      description: `Gives some rows of a table as CSV, at most ${MOST_ROWS}. Name the columns that you want, or give an empty list for all.`,
      parameters: z.strictObject({ table: z.string(), columns: z.array(z.string()), rows: z.int().min(1).max(MOST_ROWS) }),
      run: ({ table: wanted, columns, rows }, signal) => {
        const table = tableOf(wanted);
        return table === undefined
          ? Promise.resolve(noTable)
          : explored('sample', { reader: table.reader, columns: columns.length === 0 ? null : columns, rows }, signal);
      },
    }),
    tool({
      name: 'query',
      description:
        'Answers one SELECT statement (SQLite) over the tables, at most 50 rows. Put names in double quotes. Use it to check whether one column gives another, how groups are sized, what repeats.',
      parameters: z.strictObject({ sql: z.string().max(4_000) }),
      run: ({ sql }, signal) => explored('query', { tables: profile.tables.map((table) => ({ name: table.name, reader: table.reader })), sql }, signal),
    }),
    tool({
      name: 'run_python',
      description:
        'Runs a Python program (pandas, numpy, scikit-learn) in a sandbox without network. The raw files are below /input/raw and cannot be changed. Gives what it printed.',
      parameters: z.strictObject({ program: z.string().max(MOST_PROGRAM) }),
      async run({ program }, signal) {
        const result = await run(
          {
            name: `python-${name}-${deterministicName(program)}`,
            zone: 'measure',
            trust: 'untrusted',
            run: { script: 'program.py' },
            inputs: [raw],
            files: { 'program.py': new TextEncoder().encode(program) },
            limits: { wallMs: PYTHON_WALL_MS, cpuSeconds: PYTHON_WALL_MS / 1000 },
          },
          signal,
        );
        return result.status === 'succeeded' ? result.log || 'It printed nothing.' : `${result.log}\n${result.message}`;
      },
    }),
  ];
}

function described({ rows, duplicateRows, columns, keys }: TableProfile): string {
  const lines = columns.slice(0, MOST_COLUMNS).map((column) => {
    const range = column.min === undefined ? '' : `, from ${column.min} to ${column.max ?? ''}, median ${column.median ?? ''}`;
    const values = column.top.slice(0, SHOWN_VALUES).map(({ value, count }) => `${JSON.stringify(value.slice(0, 60))} ${count}`);
    const note = column.description === undefined ? '' : ` | note: ${column.description}`;
    return `${JSON.stringify(column.name)}: ${column.type} (${column.storage}), ${column.missing} missing, ${column.distinct} different${range} | commonest: ${values.join(', ')}${note}`;
  });
  return [
    `${rows} rows, ${duplicateRows} of them repeated; keys: ${keys.map((key) => key.join(' + ')).join('; ') || 'none'}`,
    ...lines,
    ...(columns.length > MOST_COLUMNS ? [`and ${columns.length - MOST_COLUMNS} more columns; ask with query or sample_rows`] : []),
  ].join('\n');
}
