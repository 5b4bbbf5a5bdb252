import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { isAtLeast, type Role } from '@mle-smith/contracts';
import type { ArtifactStore, BundleFile } from '@mle-smith/package';
import { HttpProblem, principalOf } from '@mle-smith/service';
import type { TaskStore } from '@mle-smith/stage-runtime';
import type { Handlers } from './mount.ts';
import { Places } from './places.ts';
import { findSubject } from './subjects.ts';

/** Parts of a package that hold answers, or lead to them. */
const ANSWERS = ['data/private/', 'raw/', 'solution/'];
const SEES_ANSWERS: Role = 'submitter';

/** Downloads at the same time. */
const MOST_DOWNLOADS = 8;
const IDLE_MS = 60_000;

/** Gives packages as tar archives, file by file: equal packages give equal bytes. */
export function downloadHandlers({
  store,
  artifacts,
  idleMs = IDLE_MS,
}: {
  store: TaskStore;
  artifacts: ArtifactStore;
  /** A download of which nothing is read for so long is cut, ms; a minute. */
  idleMs?: number;
}): Handlers<'downloadPackage'> {
  const places = new Places({ what: 'downloads are under way', most: MOST_DOWNLOADS, retrySeconds: 2 });
  return {
    async downloadPackage({ params, role, response }) {
      const { state, documents } = await findSubject(store, 'task', params.id);
      const bundle = documents['verified'];
      if (state !== 'task.verified' || bundle === undefined)
        throw new HttpProblem('conflict', `the task is not verified [id=${params.id}, state=${state}]`, { members: { state } });
      const whole = isAtLeast(role, SEES_ANSWERS);
      const leave = places.take(principalOf(response).name);
      response.setTimeout(idleMs, () => response.destroy());
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
      } catch (error) {
        // Whoever asked is gone, or did not read.
        if ((error as { code?: unknown }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
      } finally {
        leave();
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
