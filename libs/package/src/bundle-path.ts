/** What file systems take for one part of a path. */
const LONGEST_NAME_BYTES = 255;

/** Throws `UnsafePathError` unless a path is relative, below its bundle, free of control characters and halves of characters, and short enough for any file system. */
export function checkBundlePath(path: string): void {
  const unfit = (part: string): boolean => part === '' || part === '.' || part === '..' || Buffer.byteLength(part) > LONGEST_NAME_BYTES;
  if (path.split('/').some(unfit) || /[\u0000-\u001f\\]/.test(path) || !path.isWellFormed()) throw new UnsafePathError(path);
}

/** Throws `UnsafePathError` unless files of these paths can lie in one folder together: each fits, no two are one, none lies where another needs a folder. */
export function checkBundlePaths(paths: readonly string[]): void {
  const files = new Set<string>();
  for (const path of paths) {
    checkBundlePath(path);
    if (files.has(path)) throw new UnsafePathError(path, 'two files have one path');
    files.add(path);
  }
  for (const path of files)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      if (files.has(path.slice(0, end))) throw new UnsafePathError(path, 'a file lies where another needs a folder');
}

/** A path that no file of a bundle may have. */
export class UnsafePathError extends Error {
  readonly code = 'unsafe_path';
  readonly path: string;
  constructor(path: string, fault = 'a bundle path must be relative, below the bundle and short enough for a file system') {
    super(`${fault} [path=${JSON.stringify(path)}]; rename the file`);
    this.name = new.target.name;
    this.path = path;
  }
}
