import { z } from 'zod';
import { INFO_TOPICS, type Environment } from './environment.ts';

/** One line of a session, from the candidate. */
export const SessionRequest = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('request_info'), topic: z.enum(INFO_TOPICS).default('overview') }),
  z.strictObject({ action: z.literal('validate_code'), code: z.string() }),
  z.strictObject({ action: z.literal('execute_code'), code: z.string() }),
  z.strictObject({ action: z.literal('get_history') }),
  z.strictObject({ action: z.literal('reset') }),
]);
export type SessionRequest = z.infer<typeof SessionRequest>;

/** One line back. */
export type SessionReply =
  | { readonly ok: true; readonly action: SessionRequest['action']; readonly result: unknown }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

/** Bytes of the longest request. */
export const LONGEST_LINE = 4 * 1024 * 1024;

/** What a candidate is told in place of messages that quote what a grader said last, which may be of the answers. */
const TOLD: Readonly<Record<string, string>> = {
  package_cannot_grade: 'the package cannot grade any submission; whoever made it can run `mle-smith verify` on it',
  environment_fault: 'the machine failed, not the program; try again',
};

/** Answers one line; what is not understood is answered too, and the session goes on. */
export async function answerLine(line: string, environment: Environment, signal?: AbortSignal): Promise<SessionReply> {
  if (Buffer.byteLength(line) > LONGEST_LINE) return refused('request_too_long', `a request is one line of at most ${LONGEST_LINE} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refused('not_json', 'a request is one JSON object on one line');
  }
  const parsed = SessionRequest.safeParse(value);
  if (!parsed.success)
    return refused(
      'bad_request',
      parsed.error.issues
        .slice(0, 3)
        .map((issue) => `${issue.path.length === 0 ? 'the request' : issue.path.join('.')}: ${issue.message}`)
        .join('; '),
    );
  try {
    return { ok: true, action: parsed.data.action, result: await perform(parsed.data, environment, signal) };
  } catch (error) {
    const { code = 'environment_fault', message } = error as Error & { code?: string };
    return refused(code, TOLD[code] ?? message);
  }
}

async function perform(request: SessionRequest, environment: Environment, signal: AbortSignal | undefined): Promise<unknown> {
  switch (request.action) {
    case 'request_info':
      return environment.requestInfo(request.topic);
    case 'validate_code':
      return environment.validateCode(request.code, signal);
    case 'execute_code':
      return environment.executeCode(request.code, signal);
    case 'get_history':
      return environment.getHistory();
    case 'reset':
      environment.reset();
      return {};
  }
}

function refused(code: string, message: string): SessionReply {
  return { ok: false, error: { code, message } };
}
