import { join } from 'node:path';
import { AGENTS } from '@mle-smith/agent';
import { z } from 'zod';

const PYTHON = join(import.meta.dirname, '..', '..', '..', 'libs', 'mle-env', 'src', 'mle_env');

/** Limits of the design stage. */
export const DesignConfig = z.object({
  /** Labelled rows below which no task can rank solutions. */
  minRows: z.int().positive().default(200),
  /** Repairs are tried up to this generation; a later return ends the task. */
  maxGenerations: z.int().positive().default(4),
  prepareWallMs: z.int().positive().default(300_000),
  prepareMemoryMb: z.int().positive().default(4096),
  /** What the description promises a solution. */
  solutionMinutes: z.int().positive().default(30),
  solutionMemoryGb: z.int().positive().default(4),
  /** Bounds of the agent that designs. */
  designer: z
    .object({ turns: z.int(), toolCalls: z.int(), tokens: z.int(), wallMs: z.int(), repeats: z.int(), replyTokens: z.int() })
    .default({ turns: 40, toolCalls: 80, tokens: 1_500_000, wallMs: 1_800_000, repeats: 4, replyTokens: AGENTS.designer.reply }),
  /** Where the code that reads raw files lies; prepare.py holds what it needs of it. */
  readersDirectory: z.string().default(join(PYTHON, 'readers')),
  /** The same for instants and their places on a calendar. */
  calendarModules: z.array(z.string()).default(['instants.py', 'calendar_places.py'].map((name) => join(PYTHON, 'ladder', name))),
});
export type DesignConfig = z.infer<typeof DesignConfig>;

/** Reads settings, with a default for each. */
export function parseDesignConfig(input: unknown): DesignConfig {
  return DesignConfig.parse(input ?? {});
}
