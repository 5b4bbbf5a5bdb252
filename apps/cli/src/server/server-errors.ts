import type { Problem } from '@mle-smith/contracts';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';

/** What to do about a code of the server; the others say it themselves. */
const ADVICE: Readonly<Record<string, string>> = {
  unauthenticated: '; put a key into MLE_SMITH_SERVER_KEY, or its file into MLE_SMITH_API_KEY_FILE',
  forbidden: '; ask whoever runs the server for a key of another role',
};

/** Codes about what was typed. */
const USAGE = new Set(['not_found', 'conflict', 'invalid_request', 'refused_location']);

/** A request that the server turned down. */
export function serverError(server: string, { code, detail, requestId }: Problem): CliError {
  return new CliError(code, `the server turns it down: ${detail}${ADVICE[code] ?? ''} [server=${server}, code=${code}, request=${requestId}]`, {
    exitCode: USAGE.has(code) ? EXIT_CODES.usage.code : EXIT_CODES.configuration.code,
  });
}

/** A server that does not answer. */
export function unreachable(server: string, error: unknown): CliError {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return new CliError('server_unreachable', `the server does not answer (${cause?.code ?? cause?.message ?? message}) [server=${server}]; check the address`, {
    cause: error,
  });
}
