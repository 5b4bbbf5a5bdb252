import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { isAtLeast, type Role } from '@mle-smith/contracts';
import type { ArtifactStore, BundleFile } from '@mle-smith/package';
import { HttpProblem } from '@mle-smith/service';
import type { TaskStore } from '@mle-smith/stage-runtime';
import type { Handlers } from './mount.ts';
import { findSubject } from './subjects.ts';

/** Parts of a package that hold answers, or lead to them. */
const ANSWERS = ['data/private/', 'raw/', 'solution/'];
const SEES_ANSWERS: Role = 'submitter';

/** Downloads at the same time. */
const MOST_DOWNLOADS = 8;

/** Gives packages as tar archives, file by file: equal packages give equal bytes. */
export function downloadHandlers({ store, artifacts }: { store: TaskStore; artifacts: ArtifactStore }): Handlers<'downloadPackage'> {
  let underWay = 0;
  return {
    async downloadPackage({ params, role, response }) {
      const { state, documents } = await findSubject(store, 'task', params.id);
      const bundle = documents['verified'];
      if (state !== 'task.verified' || bundle === undefined)
        throw new HttpProblem('conflict', `the task is not verified [id=${params.id}, state=${state}]`, { members: { state } });
      if (underWay >= MOST_DOWNLOADS) throw new HttpProblem('unavailable', 'too many downloads are under way', { headers: { 'Retry-After': '2' } });
      const whole = isAtLeast(role, SEES_ANSWERS);
      underWay += 1;
      try {
        const files = (await artifacts.getBundle(bundle)).filter(({ path }) => whole || !ANSWERS.some((part) => path.startsWith(part)));
        response.set({
          'Content-Type': 'application/x-tar',
          'Content-Disposition': `attachment; filename="${params.id}.tar"`,
          'X-Package-Digest': bundle,
          'X-Package-Parts': whole ? 'whole' : 'public',
        });
        const archive = pack();
        await Promise.all([pipeline(archive, response), fill(archive, files, artifacts)]);
      } finally {
        underWay -= 1;
      }
    },
  };
}

async function fill(archive: Pack, files: readonly BundleFile[], artifacts: ArtifactStore): Promise<void> {
  try {
    for (const { path, digest, bytes } of files)
      await pipeline(artifacts.read(digest), archive.entry({ name: path, size: bytes, mode: 0o644, mtime: new Date(0) }));
    archive.finalize();
  } catch (error) {
    archive.destroy(error as Error);
    throw error;
  }
}
