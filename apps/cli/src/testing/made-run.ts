import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TaskManifest } from '@mle-smith/contracts';
import { temporaryFolder } from './run-cli.ts';

/** Datasets that a spec makes below `place`, and what a run over them left below `out`. */
export interface MadeRun {
  readonly place: string;
  readonly out: string;
  /** Writes a dataset with its `source.json` and gives its folder. */
  readonly dataset: (id: string, files: Readonly<Record<string, string | Uint8Array>>) => string;
  readonly manifestOf: (task: string) => TaskManifest;
  /** A file below `data` of a task. */
  readonly textOf: (task: string, path: string) => string;
  /** The cells of a CSV below `data` of a task, header first; none may hold a comma. */
  readonly tableOf: (task: string, path: string) => string[][];
}

/** A place for one run, removed when the tests of the file are over. */
export function madeRun(): MadeRun {
  const place = temporaryFolder();
  const out = join(place, 'out');
  const textOf = (task: string, path: string): string => readFileSync(join(out, 'tasks', task, 'data', path), 'utf8');
  return {
    place,
    out,
    dataset: (id, files) => {
      for (const [path, content] of Object.entries({ ...files, 'source.json': JSON.stringify({ id, title: id, licence: 'CC0-1.0' }) })) {
        mkdirSync(dirname(join(place, id, path)), { recursive: true });
        writeFileSync(join(place, id, path), content);
      }
      return join(place, id);
    },
    manifestOf: (task) => TaskManifest.parse(JSON.parse(readFileSync(join(out, 'tasks', task, 'task.json'), 'utf8'))),
    textOf,
    tableOf: (task, path) =>
      textOf(task, path)
        .trimEnd()
        .split('\n')
        .map((line) => line.split(',')),
  };
}
