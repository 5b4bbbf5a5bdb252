import { FilesystemArtifactStore } from '../filesystem-artifact-store.ts';

// A process for a test to kill: stores blobs and bundles below the folder it is given, and prints what it has stored.
const store = await FilesystemArtifactStore.open(process.argv[2] ?? '');
for (let round = 0; ; round += 1) {
  const bytes = new TextEncoder().encode(`${process.pid} ${round} `.repeat(20_000));
  const digest = await store.put(bytes);
  const bundle = await store.putBundle([{ path: `blob-${round}`, digest, bytes: bytes.length }]);
  process.stdout.write(`${bundle}\n`);
}
