import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TaskManifest } from '@mle-smith/contracts';
import type { JobRunner } from '@mle-smith/environment';
import { canonicalJson, manifestFiles, putDirectory, putFiles, revisionOf, type ArtifactStore, type BundleFile, type Digest } from '@mle-smith/package';
import { z } from 'zod';

export const STRENGTHS = ['weak', 'medium', 'strong'] as const;
export type Strength = (typeof STRENGTHS)[number];
const PROGRAM = join(import.meta.dirname, 'operators', 'apply.py');

/** A row of the table of operators (tools/scorecard/operators). */
export const Operator = z.object({
  id: z.string(),
  does: z.string(),
  /** The defect is caught where one of these fires. */
  rules: z.array(z.string()),
  /** Where it applies, in words. */
  to: z.string(),
  strengths: z.record(z.enum(STRENGTHS), z.string()),
});
export type Operator = z.infer<typeof Operator>;

const Answer = z.object({
  operator: z.string(),
  strength: z.enum(STRENGTHS),
  applies: z.boolean(),
  removed: z.array(z.string()),
  prepares: z.boolean(),
  error: z.string(),
});

/** A damaged package. */
export interface Damaged {
  readonly operator: string;
  readonly strength: Strength;
  readonly bundle: Digest;
}

/** An operator raised: its table is wrong about where it applies. */
export class OperatorError extends Error {
  readonly code = 'operator_failed';
  constructor(task: string, faults: readonly string[]) {
    super(`operators failed on ${task}; mend them or where they apply:\n${faults.join('\n')}`);
    this.name = new.target.name;
  }
}

/** The table of operators, as Python has it. */
export async function operatorTable(python: string): Promise<readonly Operator[]> {
  const { stdout } = await promisify(execFile)(python, [PROGRAM], { maxBuffer: 2 ** 26 });
  return z.array(Operator).parse(JSON.parse(stdout));
}

/** Ids of the operators that apply to a package. */
export async function applicable(
  task: { readonly id: string; readonly bundle: Digest; readonly base: Readonly<Record<string, unknown>> },
  around: { python: string; artifacts: ArtifactStore },
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mle-smith-operators-'));
  try {
    const root = join(folder, task.id);
    await around.artifacts.materialize(task.bundle, root, (path) => path === 'task.json' || path.endsWith('.csv') || path.startsWith('utils/'));
    return z.array(z.string()).parse(JSON.parse(await ask(around.python, [PROGRAM, root], { base: task.base })));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Applies operators to one package: (operator, strength) → a bundle with a manifest that fits; cached by content. */
export async function damage(
  task: { readonly id: string; readonly bundle: Digest; readonly raw: Digest; readonly base: Readonly<Record<string, unknown>> },
  orders: readonly (readonly [operator: string, strength: Strength])[],
  around: { python: string; jobs: JobRunner; artifacts: ArtifactStore; cache: string },
): Promise<readonly Damaged[]> {
  const { artifacts } = around;
  const key = createHash('sha256')
    .update(canonicalJson({ bundle: task.bundle, base: task.base, orders, sources: await sources() }))
    .digest('hex');
  const file = join(around.cache, `${key}.json`);
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as Damaged[];
  const folder = await mkdtemp(join(tmpdir(), 'mle-smith-operators-'));
  try {
    const root = join(folder, task.id);
    await artifacts.materialize(task.bundle, root, (path) => !path.startsWith('raw/') && !path.startsWith('solution/') && !path.startsWith('verification/'));
    const answers = z.array(Answer).parse(JSON.parse(await ask(around.python, [PROGRAM, root, join(folder, 'changed')], { base: task.base, orders })));
    const faults = answers.filter((answer) => answer.error !== '').map((answer) => `${answer.operator} ${answer.strength}: ${answer.error}`);
    if (faults.length > 0) throw new OperatorError(task.id, faults);
    const whole = await artifacts.getBundle(task.bundle);
    const made: Damaged[] = [];
    for (const answer of answers.filter((candidate) => candidate.applies)) {
      const { operator, strength } = answer;
      const changed = await artifacts.getBundle(await putDirectory(artifacts, join(folder, 'changed', `${operator}.${strength}`)));
      const gone = new Set([...answer.removed, ...changed.map((entry) => entry.path)]);
      const files = [...whole.filter((entry) => !gone.has(entry.path) && !entry.path.startsWith('verification/')), ...changed];
      const final = answer.prepares ? await prepared(files, task.raw, around) : files;
      made.push({ operator, strength, bundle: await artifacts.putBundle(await signed(final, artifacts)) });
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.draft`, JSON.stringify(made));
    await rename(`${file}.draft`, file);
    return made;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The data files as the changed prepare.py leaves them. */
async function prepared(files: readonly BundleFile[], raw: Digest, { jobs, artifacts }: { jobs: JobRunner; artifacts: ArtifactStore }): Promise<BundleFile[]> {
  const programs = files.filter((file) => file.path.startsWith('utils/'));
  const manifest = await manifestOf(files, artifacts);
  const result = await jobs.run({
    name: 'prepare',
    zone: 'measure',
    trust: 'ours',
    run: {
      call: 'mle_env.describe:describe',
      argument: { target: manifest.target.name, classes: manifest.target.classes.length > 0 || manifest.objective === 'binary' },
    },
    inputs: [
      { at: 'raw', bundle: raw },
      { at: 'design', bundle: await artifacts.putBundle(programs) },
    ],
    outputs: ['data'],
    limits: { wallMs: 300_000, cpuSeconds: 300 },
  });
  if (result.status !== 'succeeded') throw new OperatorError(manifest.id, [`the changed prepare.py did not run: ${result.message}`]);
  const description = files.filter((file) => file.path === 'data/public/description.txt');
  return [...files.filter((file) => !file.path.startsWith('data/')), ...result.outputs, ...description];
}

async function manifestOf(files: readonly BundleFile[], artifacts: ArtifactStore): Promise<TaskManifest & { _files?: string }> {
  const file = files.find((candidate) => candidate.path === 'task.json');
  return JSON.parse(new TextDecoder().decode(await artifacts.get(file?.digest ?? ''))) as TaskManifest & { _files?: string };
}

/** The files with a manifest that lists and signs them, but where its being wrong is the defect. */
async function signed(files: readonly BundleFile[], artifacts: ArtifactStore): Promise<BundleFile[]> {
  const rest = files.filter((file) => file.path !== 'task.json');
  const { _files: wrong, value: _value, ...manifest } = await manifestOf(files, artifacts);
  const listed = manifestFiles(rest);
  const [first, ...others] = listed;
  const shown =
    wrong === 'digest' && first !== undefined
      ? [{ ...first, sha256: '0'.repeat(64) }, ...others]
      : wrong === 'unlisted'
        ? others
        : wrong === 'none'
          ? []
          : listed;
  const described = { ...manifest, files: shown };
  return [...rest, ...(await putFiles(artifacts, { 'task.json': canonicalJson({ ...described, revision: revisionOf(described, rest) }) }))];
}

/** A digest of the operators' programs. */
async function sources(): Promise<string> {
  const folder = dirname(PROGRAM);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.py')).sort();
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}\n${await readFile(join(folder, name), 'utf8')}`);
  return hash.digest('hex');
}

/** Runs a program of ours with JSON on its input. Throws where it fails. */
export function ask(program: string, args: readonly string[], input: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    let [output, faults] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (faults += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${args[0] ?? program} ended with ${code}: ${faults.slice(-2000)}`))));
    child.stdin.end(JSON.stringify(input));
  });
}
