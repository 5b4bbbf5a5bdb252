import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
/** Programs of the system that the script needs besides Node and Python. */
const TOOLS = ['sh', 'cat', 'cksum', 'find', 'head', 'mkdir', 'df', 'awk', 'rm', 'sleep', 'tail', 'grep', 'touch', 'mv', 'env', 'dirname', 'uname'];
const place = mkdtempSync(join(tmpdir(), 'mle-smith-set-up-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
let count = 0;

/** A checkout's skeleton and a PATH of stand-ins; a stand-in is a shell script's body. */
function machine(programs: Readonly<Record<string, string>>): { root: string; run: () => { code: number | null; said: string } } {
  const root = join(place, String((count += 1)));
  const bin = join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const file of ['tools/bootstrap/set-up.sh', 'tools/bootstrap/uv.lock', 'libs/mle-env/requirements.lock', 'package-lock.json'])
    cpSync(join(ROOT, file), join(root, file));
  for (const tool of TOOLS.filter((name) => !(name in programs))) {
    const found = ['/usr/bin', '/bin'].map((folder) => join(folder, tool)).find((path) => existsSync(path));
    if (found !== undefined) symlinkSync(found, join(bin, tool));
  }
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return {
    root,
    run: () => {
      const { status, stderr } = spawnSync('/bin/sh', [join(root, 'tools/bootstrap/set-up.sh')], { env: { PATH: bin }, encoding: 'utf8' });
      return { code: status, said: stderr };
    },
  };
}

const node = (version: string): string => `case "$*" in *versions.node*) echo ${version};; *) echo v${version}.0.0;; esac`;

describe('the set-up', () => {
  it.each([
    ['Node is missing', {}, 'Node.js is missing; install Node.js 20 or newer'],
    ['Node is too old', { node: node('18') }, 'Node.js 18 is too old; install Node.js 20 or newer'],
    ['npm is missing', { node: node('22') }, 'npm is missing; install it with Node.js'],
  ])('says what to install when %s, and leaves nothing half done', (_case, programs, sentence) => {
    const { root, run } = machine(programs);

    const { code, said } = run();

    expect(code).toBe(78);
    expect(said).toContain(`mle-smith: ${sentence}`);
    expect(said.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(root, '.cache', 'stamps', 'node'))).toBe(false);
  });

  it('says what failed when packages cannot be fetched, and starts over the next time', () => {
    const { root, run } = machine({ node: node('22'), npm: 'echo "request to the registry failed" >&2; exit 1' });

    const first = run();
    const second = run();

    expect(first.code).toBe(78);
    expect(first.said).toContain('installing the Node packages failed; check the network');
    expect(second.said).toContain('installing the Node packages (about a minute, only once)');
    expect(existsSync(join(root, '.cache', 'set-up.lock'))).toBe(false);
  });

  it('names a full disk', () => {
    const { run } = machine({ node: node('22'), npm: 'echo "npm error ENOSPC: no space left on device" >&2; exit 1' });

    expect(run().said).toContain('the disk is full; make room and start again');
  });

  it('asks for room before it starts', () => {
    const { run } = machine({ node: node('22'), npm: 'exit 0', df: 'printf "Filesystem 1024-blocks Used Available Capacity Mounted\\nx 1 1 1000 1 /\\n"' });

    expect(run()).toMatchObject({ code: 78, said: expect.stringContaining('too little space') as string });
  });

  it('takes over the lock of a set-up that was killed', () => {
    const { root, run } = machine({ node: node('22'), npm: 'exit 1' });
    mkdirSync(join(root, '.cache', 'set-up.lock'), { recursive: true });
    writeFileSync(join(root, '.cache', 'set-up.lock', 'pid'), '999999999');

    expect(run().said).toContain('installing the Node packages failed');
  });
});

interface Package {
  readonly version?: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

describe('the lock file', () => {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
  const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Package>> };
  const folders = (read('package.json') as Package).workspaces?.flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: ROOT })).map(dirname) ?? [];

  it.each(['.', ...folders.sort()])('holds what %s asks for: whoever has a fresh checkout can install nothing otherwise', (folder) => {
    const asked = ({ version, dependencies = {}, devDependencies = {} }: Package): Package => ({ version: version ?? '', dependencies, devDependencies });
    const locked = packages[folder === '.' ? '' : folder];

    expect(locked && asked(locked)).toEqual(asked(read(join(folder, 'package.json')) as Package));
  });
});
