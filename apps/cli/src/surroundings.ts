import type { Readable } from 'node:stream';
import type { CliConfig } from './config.ts';

/** What commands may use of the process; tests supply their own. */
export interface Surroundings {
  readonly config: CliConfig;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether stderr is a terminal, and how wide. */
  readonly terminal: boolean;
  readonly columns: () => number;
  readonly stdin: Readable;
  /** Calls back on each Ctrl-C (and once on SIGTERM) until the returned function is called. */
  readonly onInterrupt: (callback: () => void) => () => void;
}
