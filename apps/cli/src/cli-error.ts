import { EXIT_CODES } from './exit-codes.ts';

/** A fault that ends the command with one sentence for the user and no stack trace. */
export class CliError extends Error {
  readonly code: string;
  readonly exitCode: number;

  constructor(code: string, message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.exitCode = options.exitCode ?? EXIT_CODES.configuration.code;
  }
}

/** Servers that do not answer now, by the codes of their adapters: time may mend it. */
const UNREACHABLE = ['store_unreachable', 'bus_unreachable', 'object_store_unreachable'];

/** What the process exits with after a fault: whoever started it (a Job, a script) may try again after 75, and not after 78. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CliError) return error.exitCode;
  const { code } = error as { code?: unknown };
  return UNREACHABLE.some((known) => known === code) ? EXIT_CODES.unreachable.code : EXIT_CODES.configuration.code;
}
