import { answerLine, Environment, LONGEST_LINE } from '@mle-smith/environment';
import { readManifest } from '@mle-smith/package';
import { boundedLines } from '../bounded-lines.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { gradingSpecOf } from '../grading-spec.ts';
import type { Surroundings } from '../surroundings.ts';
import { loadPackage, openBench } from '../workshop.ts';

/** A session with one task: a request a line on stdin, an answer a line on stdout, until stdin ends. */
export async function env(taskDirectory: string, options: { allowUnsandboxed: boolean }, around: Surroundings): Promise<number> {
  const bench = await openBench(around.config, options.allowUnsandboxed);
  const stop = new AbortController();
  const ignore = around.onInterrupt(() => stop.abort(new Error('interrupted')));
  try {
    const { bundle } = await loadPackage(bench.artifacts, taskDirectory);
    const manifest = await readManifest(bench.artifacts, bundle);
    const environment = new Environment({
      jobs: bench.jobs,
      artifacts: bench.artifacts,
      bundle,
      name: manifest?.id ?? 'task',
      spec: await gradingSpecOf(bench.artifacts, bundle),
      manifest,
      trust: 'untrusted',
    });
    for await (const line of boundedLines(around.stdin, LONGEST_LINE, stop.signal)) {
      if (line.trim() === '') continue;
      around.stdout(`${JSON.stringify(await answerLine(line, environment, stop.signal))}\n`);
    }
    environment.close();
    return stop.signal.aborted ? EXIT_CODES.interrupted.code : EXIT_CODES.ok.code;
  } finally {
    ignore();
    await bench.close();
  }
}
