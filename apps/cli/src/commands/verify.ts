import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AssertConfig, assertPackage, type Facts } from '@mle-smith/assert';
import type { Finding, TaskManifest, VerifyReport } from '@mle-smith/contracts';
import { ExecuteConfig, executePackage, oncePerProcess, type ExecutePackageInput } from '@mle-smith/execute';
import { ladderSpecOf, type LadderSpec } from '@mle-smith/task';
import type { ArtifactStore, Digest } from '@mle-smith/package';
import { reviewPackage } from '@mle-smith/review';
import { z } from 'zod';
import { isDiskFull } from '../disk-full.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { escapeTerminal } from '../report/escape.ts';
import type { Surroundings } from '../surroundings.ts';
import { loadPackage, openBench, reasonOf } from '../workshop.ts';

type PackageReport = VerifyReport['packages'][number];

/** Judges packages of any known layout: assert, review (where there is a manifest to read) and execute. */
export async function verify(directories: readonly string[], options: { json: boolean; allowUnsandboxed: boolean }, around: Surroundings): Promise<number> {
  const bench = await openBench(around.config, options.allowUnsandboxed);
  const stop = new AbortController();
  const ignore = around.onInterrupt(() => stop.abort(new Error('interrupted')));
  const shared = { jobs: bench.jobs, artifacts: bench.artifacts, platform: oncePerProcess(), cheat: await readFile(around.config.cheatOracle, 'utf8') };
  const packages: PackageReport[] = [];
  try {
    for (const directory of directories) {
      const report = await verifyOne(directory, shared, stop.signal).catch((error: unknown) => unreadable(directory, error, stop.signal));
      packages.push(report);
      if (!options.json) around.stdout(describe(report));
    }
    if (options.json) around.stdout(`${JSON.stringify({ packages } satisfies VerifyReport)}\n`);
    return packages.every((report) => report.passed) ? EXIT_CODES.ok.code : EXIT_CODES.failed.code;
  } catch (error) {
    if (stop.signal.aborted) return EXIT_CODES.interrupted.code;
    throw error;
  } finally {
    ignore();
    await bench.close();
  }
}

/** What cannot be read or judged fails, and leaves the others their results. */
function unreadable(directory: string, error: unknown, signal: AbortSignal): PackageReport {
  if (signal.aborted || isDiskFull(error)) throw error;
  const message = error instanceof z.ZodError ? `task.json is not as it must be: ${z.prettifyError(error)}` : reasonOf(error);
  return {
    path: resolve(directory),
    passed: false,
    findings: [{ rule: 'L01', severity: 'block', message: message.replace(/\s+/g, ' '), evidence: {} }],
    ladder: {},
    seconds: 0,
  };
}

async function verifyOne(
  directory: string,
  shared: Pick<ExecutePackageInput, 'jobs' | 'artifacts' | 'platform' | 'cheat'>,
  signal: AbortSignal,
): Promise<PackageReport> {
  const started = performance.now();
  const { artifacts } = shared;
  const { bundle } = await loadPackage(artifacts, directory);
  const name = 'verify';
  const { verdict, measurements } = await assertPackage(
    {
      jobs: shared.jobs,
      artifacts,
      name,
      bundle,
      raw: await rawOf(artifacts, bundle),
      trust: 'untrusted',
      config: AssertConfig.parse({}),
      irregular: await irregularFiles(directory),
    },
    signal,
  );
  const findings: Finding[] = [...verdict.findings];
  const { manifest, audit } = measurements;
  // A package that is broken is not run: its findings say what to mend first.
  let ladder: PackageReport['ladder'] = {};
  if (verdict.passed) {
    if (manifest !== undefined)
      findings.push(...(await reviewPackage({ artifacts, bundle, audit: { audit, metric: measurements.metric }, assert: verdict })).findings);
    const execution = await executePackage(
      { ...shared, name, bundle, spec: specOf(manifest, audit.facts), trust: 'untrusted', config: ExecuteConfig.parse({}) },
      signal,
    );
    findings.push(...execution.verdict.findings);
    ladder = execution.verdict.ladder ?? {};
  }
  return {
    path: resolve(directory),
    passed: !findings.some((finding) => finding.severity === 'block'),
    findings: findings.map(({ rule, severity, message, evidence }) => ({ rule, severity, message, evidence })),
    ladder,
    seconds: Math.round(performance.now() - started) / 1000,
  };
}

/** The ladder's view of a package: its manifest's, or what its files show where its metric is one of the catalogue. */
function specOf(manifest: TaskManifest | undefined, facts: Facts | null): LadderSpec | undefined {
  if (manifest !== undefined) return ladderSpecOf(manifest);
  if (facts === null || facts.metric === null) return undefined;
  return {
    objective: facts.objective,
    metric: facts.metric,
    target: facts.target,
    id: facts.id,
    text: facts.text,
    media: facts.media,
    seed: 0,
    ...(facts.group === null ? {} : { group: facts.group }),
    // Of texts that nobody calls a pair the label may be one of either.
    ...(facts.pair?.named === true ? { pair: facts.pair } : {}),
  };
}

/** The raw files inside a package, as a bundle of their own; undefined where it holds a recipe only. */
async function rawOf(artifacts: ArtifactStore, bundle: Digest): Promise<Digest | undefined> {
  const raw = (await artifacts.getBundle(bundle))
    .filter((file) => file.path.startsWith('raw/'))
    .map((file) => ({ ...file, path: file.path.slice('raw/'.length) }));
  return raw.length === 0 ? undefined : artifacts.putBundle(raw);
}

async function irregularFiles(directory: string): Promise<string[]> {
  const root = resolve(directory);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const stats = await lstat(path);
    if (!stats.isFile() && !stats.isDirectory()) found.push(path.slice(root.length + 1));
  }
  return found;
}

function describe(report: PackageReport): string {
  const findings = report.findings.map((finding) => `  ${finding.severity === 'block' ? 'block' : 'warn '}  ${finding.rule.padEnd(20)} ${finding.message}`);
  const ladder =
    'rungs' in report.ladder ? report.ladder.rungs.map((rung) => `  ${rung.kind.padEnd(8)} ${rung.name.padEnd(32)} ${rung.score} ± ${rung.standardError}`) : [];
  return `${[`${report.passed ? 'passed' : 'failed'}  ${report.path}  (${report.seconds.toFixed(1)} s)`, ...findings, ...ladder].map(escapeTerminal).join('\n')}\n`;
}
