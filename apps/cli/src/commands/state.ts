import { resolve } from 'node:path';
import { EXIT_CODES } from '../exit-codes.ts';
import { embeddedSource, embeddedTarget } from '../state/embedded-state.ts';
import { exportState as write } from '../state/export-state.ts';
import { importState as read } from '../state/import-state.ts';
import type { Surroundings } from '../surroundings.ts';

/** Which state: that of a run directory, or that of the cluster that the environment names. */
export interface StateOptions {
  readonly out?: string;
  readonly cluster: boolean;
  readonly json: boolean;
}

/** Writes the state of a run or of a cluster to a folder, for an import elsewhere. */
export async function exportState(folder: string, options: StateOptions, around: Surroundings): Promise<number> {
  const source = options.out === undefined ? await cluster(around) : await embeddedSource(options.out);
  try {
    const { subjects, calls, blobs } = await write(source, resolve(folder));
    const done = { folder: resolve(folder), subjects: subjects.lines, calls: calls.lines, blobs };
    around.stdout(options.json ? `${JSON.stringify(done)}\n` : `exported  ${told(done)}  ${done.folder}\n`);
    return EXIT_CODES.ok.code;
  } finally {
    await source.close();
  }
}

/** Brings such a folder into an empty run directory or cluster. */
export async function importState(folder: string, options: StateOptions, around: Surroundings): Promise<number> {
  const target = options.out === undefined ? await cluster(around) : await embeddedTarget(options.out);
  try {
    const done = await read(resolve(folder), target);
    around.stdout(options.json ? `${JSON.stringify(done)}\n` : `imported  ${told(done)}${done.there === 0 ? '' : `; ${done.there} were there already`}\n`);
    return EXIT_CODES.ok.code;
  } finally {
    await target.close();
  }
}

/** Loaded when it is needed: a run directory needs no cluster. */
async function cluster(around: Surroundings) {
  const { clusterState } = await import('../state/cluster-state.ts');
  return clusterState(around.config.cluster);
}

function told({ subjects, calls, blobs }: { subjects: number; calls: number; blobs: { files: number; bytes: number } }): string {
  return `${subjects} datasets and tasks, ${calls} calls of models, ${blobs.files} blobs of ${blobs.bytes} bytes`;
}
