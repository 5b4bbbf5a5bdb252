/** Far above the ids of people and services. */
const FIRST = 200_000;
const FOR_EACH_HOST = 100;
const taken = new Set<number>();

/** A uid that no other running sandbox of this process has, so that the kernel counts their processes apart. */
export function takeSandboxUid(): number {
  const first = FIRST + (process.pid % 10_000) * FOR_EACH_HOST;
  for (let uid = first; uid < first + FOR_EACH_HOST; uid += 1) {
    if (taken.has(uid)) continue;
    taken.add(uid);
    return uid;
  }
  throw new RangeError(`all ${FOR_EACH_HOST} sandboxes of this process are in use; use fewer workers`);
}

/** Gives a uid back once its sandbox is gone. */
export function releaseSandboxUid(uid: number): void {
  taken.delete(uid);
}
