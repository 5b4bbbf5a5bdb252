import { AGENTS } from '@mle-smith/agent';
import { join } from 'node:path';
import { z } from 'zod';

const LADDER = join(import.meta.dirname, '..', '..', '..', 'libs', 'mle-env', 'src', 'mle_env', 'ladder');

/** Settings of the refactor stage. */
export const RefactorConfig = z.object({
  /** Where the code of the baseline ladder lies; a copy goes into each package. */
  ladderDirectory: z.string().default(LADDER),
  /** What each run of a rewrite may take. */
  prepareWallMs: z.int().positive().default(300_000),
  prepareMemoryMb: z.int().positive().default(4096),
  /** Bounds of the agent that rewrites. */
  refactorer: z
    .object({ turns: z.int(), toolCalls: z.int(), tokens: z.int(), wallMs: z.int(), repeats: z.int(), replyTokens: z.int() })
    .default({ turns: 25, toolCalls: 50, tokens: 1_000_000, wallMs: 1_800_000, repeats: 10, replyTokens: AGENTS.refactor.reply }),
});
export type RefactorConfig = z.infer<typeof RefactorConfig>;

/** Reads settings, with a default for each. */
export function parseRefactorConfig(input: unknown): RefactorConfig {
  return RefactorConfig.parse(input ?? {});
}
