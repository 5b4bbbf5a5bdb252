import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { filesForSecondRun, readJestReport, totalOf } from './jest-report.ts';
import { OPEN_FILES } from './progress-reporter.mjs';

const ROOT = join(import.meta.dirname, '../..');
const RESULTS = join(ROOT, '.cache/test-results');
const BIN = join(ROOT, 'node_modules/.bin');
const REPORTER = join(ROOT, 'tools/test/progress-reporter.mjs');
const PYTHON = join(ROOT, '.cache/venv/bin/python');

/**
 * What a suite found: counts, the names of tests that were skipped with their reason, and its output.
 * @typedef {{ name: string, passed: number, failed: number, skipped: string[], output: string, seconds: number }} SuiteResult
 */

/** A suite of minutes that has not ended after this has hung, ms. */
const LIMIT_MS = 70 * 60_000;
/** What is on its way from a program that has ended, ms; a process that it left behind may hold its pipes open for ever. */
const DRAIN_MS = 2_000;

/** Runs a program in the root and keeps its output, or lets it be seen at once (`live`); never throws. */
function execute(command, args, { environment = {}, live = false } = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, NX_DAEMON: 'false', OMP_NUM_THREADS: '1', NODE_COMPILE_CACHE: join(ROOT, '.cache/node'), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    const keep = (chunk) => (output += chunk);
    child.stdout.on('data', live ? (chunk) => process.stdout.write(chunk) : keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ ok: false, output: String(error) }));
    child.on('exit', () => setTimeout(() => [child.stdout, child.stderr].forEach((pipe) => pipe.destroy()), DRAIN_MS).unref());
    child.on('close', (code, signal) => resolve({ ok: code === 0, hung: signal === 'SIGKILL', output }));
  });
}

async function timed(name, work) {
  const started = performance.now();
  const result = await work();
  return { name, skipped: [], ...result, seconds: (performance.now() - started) / 1000 };
}

const check = (name, command, args) =>
  timed(name, async () => {
    const { ok, output } = await execute(join(BIN, command), args);
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, output };
  });

/** Import rules and habits. */
export const lint = () => check('lint', 'eslint', ['.']);

/** Layout of the TypeScript code. */
export const prettier = () => check('layout', 'prettier', ['--check', '--log-level', 'warn', '{apps,libs,tools}/**/*.{ts,mjs}', '*.mjs']);

/** Habits and layout of the Python code. */
export const ruff = () =>
  timed('ruff', async () => {
    const program = join(ROOT, '.cache/venv/bin/ruff');
    const options = ['--config', 'libs/mle-env/pyproject.toml', 'apps', 'libs', 'tools'];
    const [checked, formatted] = [await execute(program, ['check', ...options]), await execute(program, ['format', '--check', ...options])];
    const ok = checked.ok && formatted.ok;
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, output: checked.output + formatted.output };
  });

/** Names of files and folders. */
export const names = () => check('names', 'ls-lint', []);

/** Types of the whole tree. */
export const types = () => check('types', 'tsc', ['-p', 'tsconfig.json']);

/** Every x.spec.ts, or every x.long.spec.ts; `patterns` narrows the files. Of all of them, a few files that failed run once more, alone (decision 60). */
export const jest = (patterns = [], { long = false } = {}) =>
  timed('jest', async () => {
    const first = await jestOnce(patterns, { long });
    const again = patterns.length > 0 ? [] : filesForSecondRun(first);
    return again.length === 0 ? totalOf(first) : totalOf(first, await jestOnce(['--maxWorkers=1', '--runTestsByPath', ...again], { long }));
  });

async function jestOnce(args, { long }) {
  const file = join(RESULTS, 'jest.json');
  await prepare(file);
  // Jest waits for ever where a process that a spec left behind holds the pipes of a worker.
  const { ok, hung, output } = await execute(join(BIN, 'jest'), [`--reporters=${REPORTER}`, '--forceExit', '--json', `--outputFile=${file}`, ...args], {
    environment: { NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning', LONG_TESTS: long ? '1' : '' },
    live: true,
  });
  const told = hung ? `Jest was ended after ${LIMIT_MS / 60_000} minutes, while these were at work:\n${await readFile(OPEN_FILES, 'utf8')}` : output;
  return readJestReport(await readFile(file, 'utf8').catch(() => ''), { ok, told });
}

/** Every test_x.py of libs/mle-env. */
export const pytest = () =>
  timed('pytest', async () => {
    const file = join(RESULTS, 'pytest.xml');
    await prepare(file);
    const { ok, output } = await execute(PYTHON, [
      '-m',
      'pytest',
      '-q',
      '-p',
      'no:cacheprovider',
      '-c',
      'libs/mle-env/pyproject.toml',
      'libs/mle-env/src',
      `--junit-xml=${file}`,
    ]);
    return atLeastOneFailure(ok, { ...readJunitReport(await readFile(file, 'utf8').catch(() => '')), output });
  });

async function prepare(file) {
  await mkdir(RESULTS, { recursive: true });
  await rm(file, { force: true });
}

/** A suite that broke before it could count is a failure too. */
function atLeastOneFailure(ok, result) {
  return ok || result.failed > 0 ? result : { ...result, failed: 1 };
}

/** Counts from pytest's JUnit file. */
export function readJunitReport(text) {
  const suite = /<testsuite [^>]*>/.exec(text)?.[0] ?? '';
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const skipped = [...text.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"[^>]*><skipped[^>]*message="([^"]*)"/g)].map(
    ([, file, name, reason]) => `${file} ${name}: ${reason}`,
  );
  const failed = count('failures') + count('errors');
  return { passed: count('tests') - failed - count('skipped'), failed, skipped };
}
