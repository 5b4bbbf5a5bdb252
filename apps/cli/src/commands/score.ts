import { readFile, stat } from 'node:fs/promises';
import type { ScoreReport } from '@mle-smith/contracts';
import { scoreSubmission, SUBMISSION } from '@mle-smith/environment';
import { putFiles, readManifest } from '@mle-smith/package';
import { CliError } from '../cli-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { gradingSpecOf } from '../grading-spec.ts';
import { escapeTerminal } from '../report/escape.ts';
import { scoreText, standingOf } from '../score-text.ts';
import type { Surroundings } from '../surroundings.ts';
import { loadPackage, openBench, reasonOf } from '../workshop.ts';

const LARGEST = 1024 ** 3;

/** Scores one submission with the package's metric, in a sandbox. */
export async function score(
  taskDirectory: string,
  submission: string,
  options: { json: boolean; allowUnsandboxed: boolean },
  around: Surroundings,
): Promise<number> {
  const bytes = await readSubmission(submission);
  const bench = await openBench(around.config, options.allowUnsandboxed);
  try {
    const { bundle } = await loadPackage(bench.artifacts, taskDirectory);
    const spec = await gradingSpecOf(bench.artifacts, bundle);
    const offered = await bench.artifacts.putBundle(await putFiles(bench.artifacts, { [SUBMISSION]: bytes }));
    const grade = await scoreSubmission(bench.jobs, { name: 'score', bundle, spec, trust: 'untrusted' }, offered);
    const standing = standingOf(await readManifest(bench.artifacts, bundle));
    const report: ScoreReport = { score: grade.score, valid: grade.valid, feedback: grade.valid ? 'the submission is valid' : grade.message, ...standing };
    around.stdout(
      options.json
        ? `${JSON.stringify(report)}\n`
        : grade.valid && grade.score !== null
          ? scoreText(grade.score, standing)
          : `not valid: ${escapeTerminal(report.feedback)}\n`,
    );
    return grade.valid ? EXIT_CODES.ok.code : EXIT_CODES.failed.code;
  } finally {
    await bench.close();
  }
}

async function readSubmission(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new CliError('submission_unreadable', `the submission is not a file [path=${path}]`, { exitCode: EXIT_CODES.usage.code });
    if (found.size > LARGEST)
      throw new CliError('submission_too_large', `the submission has ${found.size} bytes; ${LARGEST} are the most that is read [path=${path}]`, {
        exitCode: EXIT_CODES.usage.code,
      });
    return await readFile(path);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('submission_unreadable', `the submission cannot be read [path=${path}]: ${reasonOf(error)}`, {
      exitCode: EXIT_CODES.usage.code,
      cause: error,
    });
  }
}
