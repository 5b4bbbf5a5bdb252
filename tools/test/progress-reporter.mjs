import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** The names of the specs that are at work, for who finds that nothing ends. */
export const OPEN_FILES = join(ROOT, '.cache/test-results/jest-open.txt');
/** A spec that takes longer has a line of its own, seconds. */
const SLOW_SECONDS = 20;

/** A reporter of Jest: a line for each file that fails or is slow; keeps `OPEN_FILES`. */
export default class ProgressReporter {
  #open = new Set();
  #done = 0;

  onRunStart() {
    mkdirSync(dirname(OPEN_FILES), { recursive: true });
  }

  onTestFileStart({ path }) {
    this.#open.add(path);
    this.#keep();
  }

  onTestFileResult({ path }, { numFailingTests, testExecError, perfStats }, { numTotalTestSuites }) {
    this.#open.delete(path);
    this.#done += 1;
    this.#keep();
    const seconds = (perfStats.end - perfStats.start) / 1000;
    const failed = numFailingTests > 0 || testExecError !== undefined;
    if (!failed && seconds < SLOW_SECONDS) return;
    const name = relative(ROOT, path);
    console.log(`${failed ? 'FAILED' : 'ok    '}  jest    ${this.#done} of ${numTotalTestSuites}: ${name} in ${seconds.toFixed(0)} s`);
  }

  #keep() {
    writeFileSync(OPEN_FILES, [...this.#open].map((path) => relative(ROOT, path)).join('\n'));
  }
}
