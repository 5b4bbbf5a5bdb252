import { ConfigurationError } from '../config.ts';
import type { HttpShell } from '../http/http-shell.ts';

/** What is wrong with an address, by the code of the system, and what to do. */
const FAULTS: Readonly<Record<string, (at: string) => string>> = {
  EADDRINUSE: (at) =>
    `MLE_SMITH_PORT: ${at} is taken by another process; services on one machine need a port each, and an MLE_SMITH_METRICS_PORT each (0: any that is free)`,
  EACCES: (at) => `MLE_SMITH_PORT: this user may not listen at ${at}; take a port above 1023`,
  EADDRNOTAVAIL: (at) => `MLE_SMITH_HOST: ${at} is no address of this machine; 0.0.0.0 takes all of them`,
  ENOTFOUND: (at) => `MLE_SMITH_HOST: ${at} is no address of this machine; 0.0.0.0 takes all of them`,
};

/** Listens where the configuration says; gives the URL. Throws `ConfigurationError` where that cannot be had. */
export async function listenAsTold(shell: Pick<HttpShell, 'listen'>, { host, port }: { readonly host: string; readonly port: number }): Promise<string> {
  try {
    return (await shell.listen({ host, port })).url;
  } catch (error) {
    const fault = FAULTS[String((error as NodeJS.ErrnoException).code)];
    if (fault === undefined) throw error;
    throw new ConfigurationError([fault(`${host}:${port}`)], { cause: error });
  }
}
