import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunReport, Spent } from '@mle-smith/contracts';
import { canonicalJson, type ArtifactStore } from '@mle-smith/package';
import { EXIT_CODES } from '../exit-codes.ts';
import { replaceFile } from '../replace-file.ts';
import { summaryText } from '../summary.ts';
import type { Surroundings } from '../surroundings.ts';
import { buildReport, buildRunReport } from './build-report.ts';
import { reportPage } from './html.ts';
import type { RunState } from './run-state.ts';
import { verifiedTasks } from './verified-tasks.ts';

/** What a report says besides what store and artifacts hold. */
export interface ReportFacts {
  readonly seconds: number;
  readonly version: string;
  readonly models: RunReport['models'] | undefined;
  /** Model calls by dataset and task. */
  readonly spent?: Readonly<Record<string, Spent>>;
  /** What is not among the subjects because it cannot be read. */
  readonly unreadable?: RunReport['unreadable'];
}

/** Writes `report/` of a run, wherever its stages worked. */
export async function writeReports(
  state: RunState,
  artifacts: ArtifactStore,
  folders: { readonly report: string },
  { seconds, version, models, spent, unreadable = [] }: ReportFacts,
): Promise<RunReport> {
  const verified = await verifiedTasks(state, artifacts);
  const ran = await buildRunReport(state, artifacts, verified, seconds, version);
  const report = { ...ran, ...(models === undefined ? {} : { models }), ...(unreadable.length === 0 ? {} : { unreadable: [...unreadable] }) };
  const data = await buildReport(state, artifacts, verified, report, spent);
  await mkdir(folders.report, { recursive: true });
  await replaceFile(join(folders.report, 'report.json'), canonicalJson(data));
  await replaceFile(join(folders.report, 'index.html'), reportPage(data));
  return report;
}

/** What a run prints at its end, and its exit code. */
export function endOfRun(
  report: RunReport,
  folders: { readonly tasks: string; readonly report: string },
  json: boolean,
  around: Pick<Surroundings, 'stdout'>,
): number {
  around.stdout(json ? `${JSON.stringify(report)}\n` : summaryText(report, folders));
  if (report.unreadable !== undefined) return EXIT_CODES.failed.code;
  return report.funnel.verified === 0 ? EXIT_CODES.nothingVerified.code : EXIT_CODES.ok.code;
}
