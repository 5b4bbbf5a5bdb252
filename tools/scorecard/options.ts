import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `Usage: node tools/scorecard/main.ts [--data DIR...] [--workers N] [--packages N] [--variations N] [--datasets PATTERN] [--only PATTERN] [--out FILE]
       Without --data: the bundled datasets and those that are made here. Work is kept in .cache/scorecard and goes on from there.
`;

/** What the scorecard is asked for. */
export interface Options {
  readonly help: boolean;
  readonly data: readonly string[];
  readonly workers: number;
  readonly packages: number;
  readonly variations: number;
  /** Ids of datasets, anywhere in them. */
  readonly datasets: RegExp;
  /** Whole ids of operators and of silly tasks. */
  readonly only: RegExp;
  readonly out: string;
}

/** Arguments that say nothing that can be done; the message is one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The options of a command line. Throws `UsageError`. */
export function readOptions(args: readonly string[]): Options {
  const values = parsed(args);
  return {
    help: values.help,
    data: values.data,
    workers: wholeNumber('--workers', values.workers, 1),
    packages: wholeNumber('--packages', values.packages, 1),
    variations: wholeNumber('--variations', values.variations, 0),
    datasets: pattern('--datasets', values.datasets, (text) => text),
    only: pattern('--only', values.only, (text) => `^(?:${text})$`),
    out: values.out,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        data: { type: 'string', multiple: true, default: [] },
        workers: { type: 'string', default: '2' },
        packages: { type: 'string', default: '3' },
        variations: { type: 'string', default: '16' },
        datasets: { type: 'string', default: '.' },
        only: { type: 'string', default: '.*' },
        out: { type: 'string', default: join(import.meta.dirname, 'results.json') },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(/\.\s/)[0] ?? ''}; --help lists the options`, { cause: error });
  }
}

function wholeNumber(option: string, text: string, least: number): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) < least) throw new UsageError(`${option} must be a whole number from ${least} to 999999 [given=${text}]`);
  return Number(text);
}

function pattern(option: string, text: string, whole: (text: string) => string): RegExp {
  try {
    // Alone first: an end of a group in it would otherwise end ours.
    new RegExp(text);
    return new RegExp(whole(text));
  } catch (error) {
    throw new UsageError(`${option} must be a regular expression [given=${text}]`, { cause: error });
  }
}
