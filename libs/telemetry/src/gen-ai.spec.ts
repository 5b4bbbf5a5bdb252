import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { GEN_AI, GEN_AI_CONVENTIONS, GEN_AI_METRICS } from './gen-ai.ts';

describe('names of calls of models', () => {
  it('are those of the release of the conventions that they say', async () => {
    const manifest = join(import.meta.dirname, '../../../package.json');
    const names: ReadonlySet<unknown> = new Set(Object.values(conventions));

    expect(JSON.parse(await readFile(manifest, 'utf8'))).toMatchObject({ dependencies: { '@opentelemetry/semantic-conventions': GEN_AI_CONVENTIONS } });
    expect([...Object.values(GEN_AI), ...Object.values(GEN_AI_METRICS)].filter((name) => !names.has(name))).toEqual([]);
  });
});
