/**
 * Writes the generated documents of the repository; `--check` only says which are stale and exits with 1.
 *
 * Usage: npm run docs [-- --check]
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generatedDocuments, staleDocuments } from './documents.ts';

const ROOT = join(import.meta.dirname, '../..');

const stale = await staleDocuments(ROOT);
if (process.argv.includes('--check')) {
  for (const path of stale) console.log(`stale: ${path}; run \`npm run docs\``);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  const documents = await generatedDocuments(ROOT);
  for (const path of stale) {
    await mkdir(dirname(join(ROOT, path)), { recursive: true });
    await writeFile(join(ROOT, path), documents[path] ?? '');
    console.log(`written: ${path}`);
  }
}
