import { createHash } from 'node:crypto';
import type { BundleFile, Digest } from './artifact-store.ts';

/** The digest of bytes. */
export function digestOf(bytes: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** The lines that a bundle's digest is taken over: sorted by path, one `digest size path` a file. */
export function bundleManifest(files: readonly BundleFile[]): string {
  const lines = [...files].sort((one, other) => (one.path < other.path ? -1 : 1)).map((file) => `${file.digest} ${file.bytes} ${file.path}\n`);
  return `mle-smith bundle 1\n${lines.join('')}`;
}

/** Reads what `bundleManifest` wrote. */
export function parseBundleManifest(text: string): BundleFile[] {
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const [digest = '', bytes = '0', ...path] = line.split(' ');
      return { digest, bytes: Number(bytes), path: path.join(' ') };
    });
}
