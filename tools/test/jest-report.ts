/** More failed files than these are no accident of a busy machine. */
const SECOND_RUN_FILES = 3;
const NOT_RUN = ['pending', 'skipped', 'todo', 'disabled'];

/** What one file of specs told; `message` is empty where it passed. */
export interface FileOfSpecs {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  readonly message: string;
}

/** A run of Jest; `told` is what it said of itself, for where it broke before it could count. */
export interface JestRun {
  readonly ok: boolean;
  readonly told: string;
  readonly files: readonly FileOfSpecs[];
}

/** The part of Jest's JSON that is read. */
interface JestJson {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** What a run came to; `unsteady` are files that failed first and passed alone. */
export interface JestTotal {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  readonly output: string;
  readonly unsteady: readonly FileOfSpecs[];
}

/** A run from Jest's JSON, '' where it left none; a file that does not load counts as one failure. */
export function readJestReport(text: string, { ok, told }: Pick<JestRun, 'ok' | 'told'>): JestRun {
  const { testResults }: JestJson = text === '' ? { testResults: [] } : (JSON.parse(text) as JestJson);
  const files = testResults.map(({ name, status, message, assertionResults }) => {
    const count = (wanted: string): number => assertionResults.filter((test) => test.status === wanted).length;
    return {
      name,
      passed: count('passed'),
      failed: Math.max(count('failed'), status === 'failed' ? 1 : 0),
      skipped: assertionResults.filter((test) => NOT_RUN.includes(test.status)).map((test) => test.fullName),
      message,
    };
  });
  return { ok, told, files };
}

/** The files to run once more, alone: those that failed, where they are few; none otherwise. */
export function filesForSecondRun({ files }: JestRun): readonly string[] {
  const failed = files.filter(hasFailed).map(({ name }) => name);
  return failed.length <= SECOND_RUN_FILES ? failed : [];
}

/** Counts of a run; each file that a second run looked at again counts as it ended there. */
export function totalOf(first: JestRun, second: JestRun = { ...first, files: [] }): JestTotal {
  const again = new Map(second.files.map((file) => [file.name, file]));
  const files = first.files.map((file) => again.get(file.name) ?? file);
  const failed = sum(files.map((file) => file.failed));
  return {
    passed: sum(files.map((file) => file.passed)),
    // A run that broke before it could count is a failure too.
    failed: second.ok ? failed : Math.max(failed, 1),
    skipped: files.flatMap(({ skipped }) => skipped),
    output:
      files
        .filter(hasFailed)
        .map(({ name, message }) => `${name}\n${message}`)
        .join('\n') || second.told,
    unsteady: first.files.filter((file) => hasFailed(file) && again.get(file.name)?.failed === 0),
  };
}

const hasFailed = ({ failed }: FileOfSpecs): boolean => failed > 0;
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
