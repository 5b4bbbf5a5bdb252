import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from '@mle-smith/package';
import type { TaskStore, Violation } from '@mle-smith/stage-runtime';

/** What is wrong with the published packages: files that are not there, or not as they were verified. The same run restores them. */
export async function auditPackages(
  store: TaskStore,
  artifacts: ArtifactStore,
  tasksDirectory: string,
): Promise<(Omit<Violation, 'code'> & { code: string })[]> {
  const found: (Omit<Violation, 'code'> & { code: string })[] = [];
  for (const task of await store.list()) {
    const bundle = task.documents['verified'];
    if (task.state !== 'task.verified' || bundle === undefined) continue;
    for (const file of await artifacts.getBundle(bundle)) {
      const bytes = await readFile(join(tasksDirectory, task.id, file.path)).catch(() => undefined);
      if (bytes === undefined) found.push({ code: 'package_file_missing', subject: task.id, message: `${file.path} is not there; run the same command again` });
      else if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== file.digest)
        found.push({ code: 'package_file_changed', subject: task.id, message: `${file.path} is not what was verified; run the same command again` });
    }
  }
  return found;
}
