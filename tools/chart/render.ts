import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { programPath, type ProgramName } from './programs.ts';

export const CHART = join(import.meta.dirname, '../../charts/mle-smith');
/** Values with the least, with every optional part on, and with every optional part off. */
export const VALUES_FILES = ['least', 'full', 'off'] as const;
export type ValuesFile = (typeof VALUES_FILES)[number];
/** Of the test bed; `helm template` knows no cluster. */
export const KUBE_VERSION = '1.34.0';

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs one of the chart's programs to its end; does not throw. */
export function runProgram(name: ProgramName, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(programPath(name), [...args], { maxBuffer: 1 << 26, env: { ...process.env, ...environment } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, output: `${stdout}${stderr}` }),
    );
  });
}

/** An object of Kubernetes as far as checks look at it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [key: string]: unknown;
}

/** The path of one of the chart's own files of values. */
export function valuesPath(name: ValuesFile): string {
  return join(CHART, 'ci', `${name}-values.yaml`);
}

/** What a release is rendered with. */
export interface Release {
  readonly chart?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly values: readonly string[];
  readonly set?: readonly string[];
}

/** Arguments that name release, namespace and values to helm. */
export function releaseArguments({ chart = CHART, name = 'mls', namespace = 'mls', values, set = [] }: Release): string[] {
  return [name, chart, '--namespace', namespace, ...values.flatMap((file) => ['--values', file]), ...set.flatMap((pair) => ['--set-string', pair])];
}

/** Everything that the chart renders. Throws with what Helm says. */
export async function render(release: Release): Promise<readonly KubeObject[]> {
  const { code, output } = await runProgram('helm', ['template', ...releaseArguments(release), '--kube-version', KUBE_VERSION]);
  if (code !== 0) throw new Error(output);
  return objectsIn(output);
}

/** The objects of a text with several documents, as Helm prints them. */
export function objectsIn(rendered: string): readonly KubeObject[] {
  return parseAllDocuments(rendered)
    .map((document) => document.toJSON() as KubeObject | null)
    .filter((object) => object !== null);
}
