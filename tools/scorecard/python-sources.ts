import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

const IMPORT = /^\s*(?:from\s+([\w.]+)\s+import\s+([^\n#]+(?:\([^)]*\))?)|import\s+([\w.]+))/gm;
const known = new Map<string, Promise<string>>();

/** The digest of a module of `mle_env` and of every module of ours that it imports; of nothing where there is no module. */
export function sourcesOf(root: string, module: string | undefined): Promise<string> {
  if (module === undefined) return Promise.resolve('');
  const key = `${root} ${module}`;
  const found = known.get(key) ?? digestOf(root, module);
  known.set(key, found);
  return found;
}

async function digestOf(root: string, module: string): Promise<string> {
  const texts = new Map<string, string>();
  const open = [module];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const path = await fileOf(root, next);
    if (path === undefined || texts.has(path)) continue;
    const text = await readFile(path, 'utf8');
    texts.set(path, text);
    const packageOf = path.endsWith('__init__.py') ? next : next.slice(0, next.lastIndexOf('.'));
    for (const [, from, names, plain] of text.replace(/\(\s*([^)]*?)\s*\)/g, (_, inner: string) => inner.replace(/\s+/g, ' ')).matchAll(IMPORT)) {
      const base = plain ?? resolved(packageOf, from ?? '');
      open.push(base, ...(names ?? '').split(',').map((name) => `${base}.${name.trim().split(' ')[0] ?? ''}`));
    }
  }
  const hash = createHash('sha256');
  for (const [path, text] of [...texts].sort(([one], [other]) => (one < other ? -1 : 1))) hash.update(`${path.slice(root.length)}\n${text}`);
  return hash.digest('hex');
}

/** `.x` and `..x` seen from a package. */
function resolved(packageOf: string, name: string): string {
  const dots = /^\.*/.exec(name)?.[0].length ?? 0;
  if (dots === 0) return name;
  const parts = packageOf.split('.');
  return [...parts.slice(0, parts.length - dots + 1), name.slice(dots)].filter((part) => part !== '').join('.');
}

async function fileOf(root: string, module: string): Promise<string | undefined> {
  if (!module.startsWith('mle_env')) return undefined;
  const place = join(root, ...module.split('.'));
  for (const path of [`${place}.py`, join(place, '__init__.py')])
    if (
      await stat(path).then(
        (found) => found.isFile(),
        () => false,
      )
    )
      return path;
  return undefined;
}
