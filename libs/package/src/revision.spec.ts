import type { TaskManifest } from '@mle-smith/contracts';
import type { BundleFile } from './artifact-store.ts';
import { manifestFiles, revisionOf } from './revision.ts';

const FILES: BundleFile[] = [
  { path: 'task.json', digest: 'sha256:1', bytes: 1 },
  { path: 'utils/metric.py', digest: 'sha256:2', bytes: 2 },
  { path: 'data/public/train.csv', digest: 'sha256:3', bytes: 3 },
];
const MANIFEST = { id: 'pears', title: 'Pears' } as unknown as Omit<TaskManifest, 'revision'>;

describe('the revision of a package', () => {
  it('lists every file but the manifest, sorted, in the manifest', () => {
    expect(manifestFiles(FILES).map((file) => file.path)).toEqual(['data/public/train.csv', 'utils/metric.py']);
  });

  it('stays as it is when evidence and the value block are added', () => {
    const verified = { ...MANIFEST, value: { question: 'q' } } as unknown as TaskManifest;

    expect(revisionOf(verified, [...FILES, { path: 'verification/audit.json', digest: 'sha256:9', bytes: 9 }])).toBe(revisionOf(MANIFEST, FILES));
  });

  it('changes with any file and with any other word of the manifest', () => {
    const [first = FILES[0], ...rest] = FILES.slice(1);
    const others = [revisionOf(MANIFEST, [{ ...(first as BundleFile), digest: 'sha256:7' }, ...rest]), revisionOf({ ...MANIFEST, title: 'Plums' }, FILES)];

    expect(others).not.toContain(revisionOf(MANIFEST, FILES));
  });
});
