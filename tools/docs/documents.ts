import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openApiDocument, PIPELINE } from '@mle-smith/contracts';
import { z } from 'zod';
import { pipelineOfChart } from '../chart/services.ts';
import { numbersOfChart } from '../chart/settings.ts';
import { valuesSchema, valuesTable, valuesYaml } from '../chart/values-files.ts';
import { faultsPage } from '../chaos/services/page.ts';
import { readResults } from '../chaos/services/results.ts';
import { scorecardPage } from '../scorecard/page.ts';
import { Results } from '../scorecard/tally.ts';
import { runbooksPage } from '../alerts/page.ts';
import { rulesFile } from '../alerts/rules.ts';
import { BOARDS } from '../dashboards/boards.ts';
import { dashboardsPage } from '../dashboards/page.ts';
import { dashboardOf } from '../dashboards/render.ts';
import { configurationPage } from './configuration-page.ts';
import { withBlock } from './markers.ts';
import { assertionsPage, exitCodesPage, manifestPage, metricsForPython, metricsPage, reasonCodesPage, type ExitCode } from './pages.ts';
import { pipelinePicture } from './pipeline-picture.ts';
import { logCodesPage, serviceMetricsPage, spansPage } from './telemetry-pages.ts';

const ExitCodes = z.record(z.string(), z.object({ code: z.int(), meaning: z.string() }));

/** A table that a page is made from is not where it is expected. */
export class SourceMissingError extends Error {
  readonly code = 'docs_source_missing';
  constructor(path: string, wanted: string, options: { cause: unknown }) {
    super(`a page cannot be made without its table; restore it or change tools/docs [path=${path}, wanted=${wanted}]`, options);
    this.name = new.target.name;
  }
}

/** Every generated file of the repository: path from the root → what it must hold. */
export async function generatedDocuments(root: string): Promise<Readonly<Record<string, string>>> {
  return {
    'README.md': withBlock(await readFile(join(root, 'README.md'), 'utf8'), 'pipeline', pipelinePicture(PIPELINE)),
    'charts/mle-smith/README.md': withBlock(await readFile(join(root, 'charts/mle-smith/README.md'), 'utf8'), 'values', valuesTable()),
    'charts/mle-smith/files/pipeline.json': pipelineOfChart(),
    'charts/mle-smith/files/numbers.json': numbersOfChart(),
    ...watched('charts/mle-smith/files'),
    'charts/mle-smith/values.schema.json': valuesSchema(),
    'charts/mle-smith/values.yaml': valuesYaml(),
    'libs/mle-env/src/mle_env/ladder/metric_catalogue.py': metricsForPython(),
    ...watched('deploy'),
    'docs/operations/dashboards.md': dashboardsPage(),
    'docs/operations/runbooks.md': runbooksPage(),
    'docs/reference/assertions.md': assertionsPage(),
    'docs/reference/configuration.md': configurationPage(),
    'docs/reference/exit-codes.md': exitCodesPage(await exitCodes(root)),
    'docs/reference/faults.md': faultsPage(await readResults()),
    'docs/reference/log-codes.md': logCodesPage(),
    'docs/reference/openapi.json': `${JSON.stringify(openApiDocument(await version(root)), undefined, 2)}\n`,
    'docs/reference/metrics.md': metricsPage(),
    'docs/reference/reason-codes.md': reasonCodesPage(),
    'docs/reference/scorecard.md': scorecardPage(await scorecardResults(root)),
    'docs/reference/service-metrics.md': serviceMetricsPage(),
    'docs/reference/spans.md': spansPage(),
    'docs/reference/task-json.md': manifestPage(),
  };
}

/** What Grafana and Prometheus read, below a folder: the chart has it too, since Helm reads nothing beyond the chart's own folder. */
function watched(folder: string): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(BOARDS.map((board) => [`${folder}/grafana/${board.uid}.json`, `${JSON.stringify(dashboardOf(board), undefined, 2)}\n`])),
    [`${folder}/prometheus/mle-smith-rules.yaml`]: rulesFile(),
  };
}

/** Generated files that are not as they must be. */
export async function staleDocuments(root: string): Promise<string[]> {
  const wanted = Object.entries(await generatedDocuments(root));
  const found = await Promise.all(wanted.map(([path]) => readFile(join(root, path), 'utf8').catch(() => undefined)));
  return wanted.filter(([, text], index) => found[index] !== text).map(([path]) => path);
}

/** Imports of apps are forbidden, so the command line's table is read by its path. */
async function exitCodes(root: string): Promise<ExitCode[]> {
  const path = join(root, 'apps/cli/src/exit-codes.ts');
  try {
    const module = (await import(path)) as { EXIT_CODES?: unknown };
    return Object.values(ExitCodes.parse(module.EXIT_CODES)).sort((one, other) => one.code - other.code);
  } catch (error) {
    throw new SourceMissingError(path, 'EXIT_CODES', { cause: error });
  }
}

async function version(root: string): Promise<string> {
  return z.object({ version: z.string() }).parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))).version;
}

/** What `npm run scorecard` counted last. */
async function scorecardResults(root: string): Promise<Results> {
  const path = join(root, 'tools/scorecard/results.json');
  try {
    return Results.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new SourceMissingError(path, 'results of a scorecard', { cause: error });
  }
}
