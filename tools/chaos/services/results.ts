import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What came of the last run of a fault. */
export const FaultResult = z.strictObject({
  row: z.int(),
  name: z.string(),
  what: z.string(),
  problems: z.array(z.string()),
  seconds: z.number(),
  recoveredAfterSeconds: z.number().exactOptional(),
  recoverWithinSeconds: z.number(),
  extraAttempts: z.int(),
  /** What an operator was told by; absent where that was not looked at. */
  told: z.array(z.string()).exactOptional(),
  date: z.string(),
  seed: z.int(),
  command: z.string(),
  servers: z.array(z.string()),
});
export type FaultResult = z.infer<typeof FaultResult>;

const FOLDER = join(import.meta.dirname, 'results');

/** Writes the result of a fault in place of the one before; a file for each. */
export async function writeResult(result: FaultResult): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, `${String(result.row).padStart(2, '0')}-${result.name}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
}

/** The last results of all faults that were ever run, by row. */
export async function readResults(): Promise<readonly FaultResult[]> {
  const files = (await readdir(FOLDER).catch(() => [])).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(files.map(async (file) => FaultResult.parse(JSON.parse(await readFile(join(FOLDER, file), 'utf8')))));
}
