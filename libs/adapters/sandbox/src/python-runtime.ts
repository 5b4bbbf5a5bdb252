import { execFile } from 'node:child_process';
import { posix } from 'node:path';
import { promisify } from 'node:util';

/** Where an interpreter's files are: all that a sandbox must be able to read. */
export interface PythonRuntime {
  /** The interpreter to start (that of a virtual environment where there is one). */
  readonly executable: string;
  /** The same interpreter, as a sandbox sees it. */
  readonly inside: string;
  /** Folders to mount read-only besides /usr: where a sandbox sees them, and where the host has them. */
  readonly folders: Readonly<Record<string, string>>;
}

/** Where sandboxes see the virtual environment: a place of the host could lie below a folder that jobs write to. */
const ENVIRONMENT = '/mle-smith/venv';

/** Asks an interpreter where it lives; shims are resolved by the interpreter itself. */
export async function pythonRuntime(python: string): Promise<PythonRuntime> {
  const { stdout } = await promisify(execFile)(python, [
    '-I',
    '-c',
    'import json, os, sys; print(json.dumps([sys.executable, sys.prefix, sys.base_prefix, os.path.dirname(os.path.realpath(sys.executable))]))',
  ]);
  const [executable = python, prefix = '/usr', base = '/usr', home = '/usr'] = JSON.parse(stdout) as string[];
  // A virtual environment runs from any place; what it is based on is named by absolute links in it.
  const moves = prefix !== base && executable.startsWith(`${prefix}/`);
  const based = [...(moves ? [] : [prefix]), base, home].filter((folder) => folder !== '/usr' && !folder.startsWith('/usr/'));
  return {
    executable,
    inside: moves ? posix.join(ENVIRONMENT, executable.slice(prefix.length)) : executable,
    folders: { ...Object.fromEntries(based.map((folder) => [folder, folder])), ...(moves ? { [ENVIRONMENT]: prefix } : {}) },
  };
}
