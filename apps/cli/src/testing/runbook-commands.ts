import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What somebody has before them who is woken. */
const PAGES = ['runbooks.md', 'dashboards.md'].map((page) => join(import.meta.dirname, '../../../../docs/operations', page));

/** Whom a command asks, so which spec has what it asks: a gateway, brokers of Kafka, or the machine. */
export type Asked = 'gateway' | 'brokers' | 'machine';

/** Commands that another spec runs. */
const RUN_ELSEWHERE: Readonly<Record<string, string>> = { prepare: 'tools/chart/prepare.spec.ts, on all servers' };

/** What runbooks and panels tell people to type behind `./mle-smith`, of what asks this, in the order of the pages. Throws where no spec would run a command. */
export async function runbookCommands(asks: Asked): Promise<readonly string[]> {
  const pages = await Promise.all(PAGES.map((page) => readFile(page, 'utf8')));
  const typed = [...pages.join('\n').matchAll(/`\.\/mle-smith ([^`]+)`|apps\/cli\/src\/main\.ts (.*?)(?: {2,}#.*)?$/gm)].map(
    ([, here, inPod]) => here ?? inPod ?? '',
  );
  return [...new Set(typed)].filter((command) => !(command in RUN_ELSEWHERE) && askedBy(command) === asks);
}

/** The arguments of a command, with what is here for what each installation has of its own. */
export function argumentsOf(command: string, here: Readonly<Record<string, string>>): readonly string[] {
  return command.split(' ').map((word) => here[word] ?? word);
}

function askedBy(command: string): Asked {
  if (/ --server URL\b/.test(command)) return 'gateway';
  if (/^(dlq|topics) /.test(command)) return 'brokers';
  if (command === 'doctor') return 'machine';
  throw new Error(`no spec runs a command of the runbooks; say here which one has what it asks [command=${command}]`);
}
