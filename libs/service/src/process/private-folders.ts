import { join } from 'node:path';
import { ownFolder } from '@mle-smith/adapter-filesystem';
import type { Service } from './run-service.ts';

/** Makes folders of this process alone below that of its app; what killed ones left there is removed, and these are at the end. */
export function privateFolders(app: string, workDirectory: string, atEnd: Service<Record<string, never>>['atEnd']): (purpose: string) => Promise<string> {
  return async (purpose) => {
    const { path, remove } = await ownFolder(join(workDirectory, app, purpose));
    atEnd(`folder of ${purpose}`, remove);
    return path;
  };
}
