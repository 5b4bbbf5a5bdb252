import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PIPELINE } from '@mle-smith/contracts';
import { generatedDocuments, staleDocuments } from './documents.ts';
import { MarkMissingError, withBlock } from './markers.ts';
import { pipelinePicture } from './pipeline-picture.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Files that pages are made from. */
const SOURCES = ['package.json', 'apps/cli/src/exit-codes.ts', 'tools/scorecard/results.json'];

/** A copy of what the generator reads and writes, with a change. */
async function copyWith(change: (text: string, path: string) => string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'docs-'));
  const documents = await generatedDocuments(ROOT);
  const sources = await Promise.all(SOURCES.map(async (path) => [path, await readFile(join(ROOT, path), 'utf8')] as const));
  for (const [path, text] of Object.entries({ ...documents, ...Object.fromEntries(sources) })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), change(text, path));
  }
  return folder;
}

describe('generated documents', () => {
  it('are as their tables say; if not, run `npm run docs`', async () => {
    expect(await staleDocuments(ROOT)).toEqual([]);
  });

  it('are found stale after a change by hand', async () => {
    const folder = await copyWith((text, path) =>
      /\.md$|openapi/.test(path) ? text.replace('task.verified', 'task.done').replace('lower', 'higher').replace('Role: viewer', 'Role: anybody') : text,
    );

    const stale = await staleDocuments(folder).finally(() => rm(folder, { recursive: true }));

    expect(stale).toEqual(expect.arrayContaining(['README.md', 'docs/reference/metrics.md', 'docs/reference/openapi.json']));
  });

  it('name every stage, fact and way back of the pipeline table in the picture', () => {
    const picture = pipelinePicture(PIPELINE);

    const facts = PIPELINE.flatMap((row) => [row.stage, row.advances, row.summary]);
    expect(facts.filter((fact) => !picture.includes(fact))).toEqual([]);
    expect(picture.match(/task\.returned/g)?.length).toBe(PIPELINE.flatMap((row) => row.rejectsTo as readonly string[]).length);
  });

  it('never touch a text beyond the marks, and want both', () => {
    const text = 'before\n<!-- generated:x -->\nold\n<!-- /generated:x -->\nafter\n';

    expect(withBlock(text, 'x', 'new')).toBe('before\n<!-- generated:x -->\n\nnew\n\n<!-- /generated:x -->\nafter\n');
    expect(() => withBlock('before', 'x', 'new')).toThrow(MarkMissingError);
  });
});
