/** What a command of the shell ends with, after one line for a fault that says itself what to do: one with a code. Throws all others. */
export async function endedWith(command: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    if (typeof code !== 'string' || typeof message !== 'string') throw error;
    console.error(`${command}: ${message}`);
    return EXIT_CODES[code] ?? 1;
  }
}

/** As sysexits.h has them: what was written wrongly, and what cannot be run as it was told. */
const EXIT_CODES: Readonly<Record<string, number>> = { no_such_server: 64, usage: 64, configuration: 78 };

/** A command line that nobody can follow. */
export class UsageError extends Error {
  readonly code = 'usage';
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}
