import type { StageContext, WorkItem } from '@mle-smith/stage-runtime';

/** A dataset's raw files in a folder of this machine, for as long as they are read. */
export interface RawFolder {
  readonly path: string;
  /** Removes what was brought here only to be read. */
  close(): Promise<void>;
}

/** Opens the folder of a received dataset. Throws `RefusedError` where it cannot be had, and what its store throws. */
export type OpenFolder = (item: WorkItem, context: StageContext) => Promise<RawFolder>;

/** Folders that are on this machine already. */
export function foldersAt(folderOf: (datasetId: string) => string): OpenFolder {
  return async (item) => ({ path: folderOf(item.id), close: async () => undefined });
}
