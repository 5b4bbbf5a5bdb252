import type { Board, Panel } from '../board.ts';
import { VARIABLES } from '../render.ts';
import { askLabelValues, askNow, askRange, QueryRefusedError, type Answered } from './prometheus.ts';

/** What variables stand for, where everything is chosen but for one namespace. */
export function filled(expr: string, namespace: string): string {
  return expr
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$__range', '1h')
    .replaceAll('$namespace', namespace)
    .replaceAll(/\$(cluster|stage|model)\b/g, '.*');
}

/** What one query of a panel gives; Grafana asks for a panel over time by a range. Throws `QueryRefusedError`. */
export function lookAt(address: string, namespace: string, view: Panel['view'], expr: string): Promise<readonly Answered[]> {
  return (view === 'time' ? askRange : askNow)(address, filled(expr, namespace));
}

/** What is wrong with boards before a Prometheus that has scraped this namespace: queries that it refuses, panels and variables that show nothing without a reason. */
export async function wrongWith(address: string, namespace: string, boards: readonly Board[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { uid, rows, choices } of boards) {
    for (const panel of rows.flatMap(({ panels }) => panels))
      for (const { expr } of panel.queries) found.push(...(await wrongQuery(address, namespace, panel, expr)).map((what) => `${uid}, ${panel.title}: ${what}`));
    for (const name of ['cluster', 'namespace', ...choices] as const) {
      const values = await askLabelValues(address, filled(VARIABLES[name].query, namespace));
      if (values.length === 0) found.push(`${uid}, variable ${name}: nothing to choose from`);
    }
  }
  return found;
}

async function wrongQuery(address: string, namespace: string, { view, emptyWhere }: Panel, expr: string): Promise<readonly string[]> {
  try {
    const answered = await lookAt(address, namespace, view, expr);
    const shows = answered.some(({ values }) => values.some(Number.isFinite));
    return shows || emptyWhere !== undefined ? [] : [`nothing to show, and no reason for it [query=${expr}]`];
  } catch (error) {
    if (!(error instanceof QueryRefusedError)) throw error;
    return [error.message];
  }
}
