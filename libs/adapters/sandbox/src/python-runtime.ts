import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Where an interpreter's files are: all that a sandbox must be able to read. */
export interface PythonRuntime {
  /** The interpreter to start (that of a virtual environment where there is one). */
  readonly executable: string;
  /** Folders to mount read-only besides /usr. */
  readonly folders: readonly string[];
}

/** Asks an interpreter where it lives; shims are resolved by the interpreter itself. */
export async function pythonRuntime(python: string): Promise<PythonRuntime> {
  const { stdout } = await promisify(execFile)(python, [
    '-I',
    '-c',
    'import json, os, sys; print(json.dumps([sys.executable, sys.prefix, sys.base_prefix, os.path.dirname(os.path.realpath(sys.executable))]))',
  ]);
  const [executable = python, ...folders] = JSON.parse(stdout) as string[];
  return { executable, folders: [...new Set(folders)].filter((folder) => folder !== '/usr' && !folder.startsWith('/usr/')) };
}
