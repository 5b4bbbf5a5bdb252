import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Tells where the numbers of processes mean the same: the machine since its last start, and the namespace in it.
 * Containers that share a volume have numbers of their own, and each calls its first process 1.
 */
export const PLACE = createHash('sha256')
  .update([hostname(), read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')), read(() => readlinkSync('/proc/self/ns/pid'))].join('\n'))
  .digest('hex')
  .slice(0, 12);

/** A name for this process before what it writes, `<pid>.<place>.<chance>`: the chance tells it from an earlier process of that number. */
export function newWriter(): string {
  return `${process.pid}.${PLACE}.${randomUUID().slice(0, 8)}`;
}

/** What a system without it does not tell is the same for all its processes. */
function read(source: () => string): string {
  try {
    return source();
  } catch {
    return '';
  }
}
