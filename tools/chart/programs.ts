import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { underLock } from '../testbed/lock.ts';
import { exists, runTool } from '../testbed/processes.ts';

const ROOT = join(import.meta.dirname, '../..');
const HOME = join(ROOT, '.cache/chart');

/** Programs from Go modules, by their checksums in Go's database. */
const PROGRAMS = {
  helm: { module: 'helm.sh/helm/v3', folder: 'cmd/helm', version: 'v3.22.0', sum: 'h1:n1if5iQgHYsujPAcO5oonH/KiSNUmqmUF0iGVjSF3AU=' },
  'helm-unittest': {
    module: 'github.com/helm-unittest/helm-unittest',
    folder: 'cmd/helm-unittest',
    version: 'v1.1.2',
    sum: 'h1:r1Ah6Pr3h4kqvd65RN+r0FNTIGrJa+P9rcMyzwHEXXQ=',
  },
  kubeconform: { module: 'github.com/yannh/kubeconform', folder: 'cmd/kubeconform', version: 'v0.8.0', sum: 'h1:loDYd3a3spjIFrauqW67CDKF55Oo9R6uvC8AvpVd4ug=' },
} as const;
export type ProgramName = keyof typeof PROGRAMS;
export const PROGRAM_NAMES = Object.keys(PROGRAMS) as readonly ProgramName[];

/** Versions of Kubernetes whose schemas rendered objects are held against: the oldest that the chart takes, that of the test bed, the newest. */
export const KUBERNETES_VERSIONS = ['1.30.0', '1.34.0', '1.37.0'] as const;

/** Where a program lies once it was built. */
export function programPath(name: ProgramName): string {
  return join(HOME, 'bin', `${name}-${PROGRAMS[name].version}`);
}

/** The schemas of each version, as kubeconform looks for them. */
export const SCHEMAS = join(HOME, 'schemas');

/** What is not built here yet. */
export async function missingPrograms(): Promise<readonly string[]> {
  const wanted = [...PROGRAM_NAMES.map((name) => [name, programPath(name)] as const), ['schemas of Kubernetes', SCHEMAS] as const];
  const there = await Promise.all(wanted.map(([, path]) => exists(path)));
  return wanted.filter((_, index) => !there[index]).map(([name]) => name);
}

/** Brings all programs and schemas; `say` is told what takes minutes. A program in `$TESTBED_HOME/chart/bin` is taken as it is. Throws where Go or a registry is missing. */
export async function bringPrograms(say: (line: string) => void): Promise<void> {
  await underLock(join(HOME, 'lock'), async () => {
    for (const name of PROGRAM_NAMES) await bringProgram(name, say);
    if (!(await exists(SCHEMAS))) await bringSchemas();
  });
}

async function bringProgram(name: ProgramName, say: (line: string) => void): Promise<void> {
  const target = programPath(name);
  if (await exists(target)) return;
  await mkdir(join(HOME, 'bin'), { recursive: true });
  const draft = `${target}.draft`;
  const given = join(process.env['TESTBED_HOME'] ?? '', 'chart/bin', `${name}-${PROGRAMS[name].version}`);
  if (process.env['TESTBED_HOME'] !== undefined && (await exists(given))) await copyFile(given, draft);
  else await build(name, draft, say);
  await chmod(draft, 0o755);
  await rename(draft, target);
}

/** `go install` refuses modules that replace another one, so each is built as its own main module. */
async function build(name: ProgramName, target: string, say: (line: string) => void): Promise<void> {
  const { module, version, folder, sum } = PROGRAMS[name];
  say(`building ${name} ${version}: up to some minutes, once`);
  const environment = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off' };
  const { Dir, Sum } = JSON.parse(await runTool('go', ['mod', 'download', '-json', `${module}@${version}`], { cwd: HOME, env: environment })) as {
    Dir: string;
    Sum: string;
  };
  if (Sum !== sum) throw new Error(`${module} ${version} is not what it was: its checksum is ${Sum}, ${sum} is expected`);
  const sources = await mkdtemp(join(tmpdir(), `${name}-`));
  try {
    // The cache of modules cannot be written to.
    await cp(Dir, join(sources, 'src'), { recursive: true });
    await runTool('chmod', ['-R', 'u+w', sources]);
    await runTool('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', target, `./${folder}`], { cwd: join(sources, 'src'), env: environment });
  } finally {
    await rm(sources, { recursive: true, force: true });
  }
}

/** The package refers from file to file by addresses that are nowhere served: they become names of files. */
async function bringSchemas(): Promise<void> {
  const [packages, draft] = [join(HOME, 'packages'), `${SCHEMAS}.draft`];
  for (const folder of [packages, draft]) await rm(folder, { recursive: true, force: true });
  const options = ['pip', 'install', '--quiet', '--python', join(ROOT, '.cache/venv/bin/python'), '--target', packages, '--no-deps', '--require-hashes'];
  await runTool(join(ROOT, '.cache/uv/bin/uv'), [...options, '-r', join(import.meta.dirname, 'requirements.lock')]);
  for (const version of KUBERNETES_VERSIONS) {
    const [from, to] = [join(packages, 'kubernetes_validate/kubernetes-json-schema', `v${version}-local-strict`), join(draft, `v${version}`)];
    await mkdir(to, { recursive: true });
    for (const file of await readdir(from)) {
      const { $id: _, ...schema } = JSON.parse(await readFile(join(from, file), 'utf8')) as Record<string, unknown>;
      await writeFile(join(to, file), JSON.stringify(schema).replaceAll('"/api/_definitions.json#', '"_definitions.json#'));
    }
  }
  await rm(packages, { recursive: true });
  await rename(draft, SCHEMAS);
}
