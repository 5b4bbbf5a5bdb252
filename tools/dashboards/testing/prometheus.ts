import { z } from 'zod';

/** A sample as the API tells it; `NaN` and `+Inf` are texts as numbers are. */
const Sample = z.tuple([z.number(), z.string()]);
const Series = z.object({ metric: z.record(z.string(), z.string()), value: Sample.optional(), values: z.array(Sample).optional() });
const Answer = z.object({ status: z.enum(['success', 'error']), error: z.string().optional(), data: z.unknown().optional() });

/** One series: its labels and its values, oldest first. */
export interface Answered {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** What Prometheus says to a query that it does not take. */
export class QueryRefusedError extends Error {
  readonly code = 'query_refused';
  constructor(query: string, said: string) {
    super(`Prometheus does not take the query: ${said} [query=${query}]`);
    this.name = new.target.name;
  }
}

/** Asks for the value now. Throws `QueryRefusedError`. */
export async function askNow(address: string, query: string): Promise<readonly Answered[]> {
  return seriesOf(await get(address, 'query', { query }));
}

/** Asks for the last minutes, as a panel over time does. Throws `QueryRefusedError`. */
export function askRange(address: string, query: string, minutes = 5): Promise<readonly Answered[]> {
  const to = Date.now();
  return askBetween(address, query, { from: to - minutes * 60_000, to, stepSeconds: 5 });
}

/** Some time, in ms since the epoch, and how close the moments lie at which it is looked at. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

/** Asks for a span of time. Throws `QueryRefusedError`. */
export async function askBetween(address: string, query: string, { from, to, stepSeconds }: Span): Promise<readonly Answered[]> {
  return seriesOf(await get(address, 'query_range', { query, start: String(from / 1_000), end: String(to / 1_000), step: `${stepSeconds}s` }));
}

/** Asks for what `label_values(SELECTOR, LABEL)` stands for, as Grafana does. Throws `QueryRefusedError`. */
export async function askLabelValues(address: string, query: string): Promise<readonly string[]> {
  const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
  return z.array(z.string()).parse(await get(address, `label/${label}/values`, { 'match[]': selector }));
}

async function get(address: string, path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
  const answer = await fetch(`${address}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
  const { status, error = '', data } = Answer.parse(await answer.json());
  if (status === 'error') throw new QueryRefusedError(Object.values(parameters)[0] ?? '', error);
  return data;
}

function seriesOf(data: unknown): readonly Answered[] {
  const { result } = z.object({ result: z.array(Series) }).parse(data);
  return result.map(({ metric, value, values = [] }) => ({
    labels: metric,
    values: (value === undefined ? values : [value]).map(([, text]) => Number(text.replace('Inf', 'Infinity'))),
  }));
}
