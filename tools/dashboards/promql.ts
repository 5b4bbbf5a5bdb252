import { scrapedName, type SERVICE_METRICS, type NameOfKind, type ServiceMetricName } from '@mle-smith/telemetry';
import { seriesNames } from './series-names.ts';

/** Labels that a scrape gives every series. */
export type TargetLabel = 'cluster' | 'namespace' | 'job' | 'instance';

type Scraped<Name extends string> = Name extends `${infer Head}.${infer Tail}` ? `${Head}_${Scraped<Tail>}` : Name;
type LabelOf<Name extends ServiceMetricName> = Scraped<keyof (typeof SERVICE_METRICS)[Name]['labels'] & string>;
/** What series of a metric may be told apart by. */
export type By<Name extends ServiceMetricName> = readonly (LabelOf<Name> | TargetLabel)[];
/** A label and what it has to be, with its operator: `{ class: '!="none"' }`. */
export type Where<Name extends ServiceMetricName> = Readonly<Partial<Record<LabelOf<Name> | TargetLabel | 'le', string>>>;

/** Only what the variable `stage` of the dashboard names. */
export const CHOSEN_STAGE = '=~"$stage"';
/** Only what the variable `model` of the dashboard names. */
export const CHOSEN_MODEL = '=~"$model"';
/** What every dashboard offers. */
export const INSTALLATION = 'cluster=~"$cluster",namespace=~"$namespace"';
/** Series that others tell: brokers and the pods of jobs have namespaces of their own. */
export const ELSEWHERE = 'cluster=~"$cluster"';

/** The series of a metric in the chosen installations. A metric or a label that the table lacks does not compile. */
export function series<Name extends ServiceMetricName>(name: Name, where?: Where<Name>, suffix: '' | '_bucket' | '_count' | '_sum' = ''): string {
  return selector(scrapedName(name), where, suffix);
}

function selector(name: string, where: Readonly<Record<string, unknown>> | undefined, suffix: string): string {
  const matchers = Object.entries(where ?? {}).map(([label, matcher]) => `${label}${matcher as string}`);
  return `${name}${suffix}{${[INSTALLATION, ...matchers].join(',')}}`;
}

/** How often a second, whether a scrape or a collector brought the series. */
function rates(name: ServiceMetricName, where: Readonly<Record<string, unknown>> | undefined, suffix: '_bucket' | '_count'): string {
  return seriesNames(name)
    .map((each) => `rate(${selector(each, where, suffix)}[$__rate_interval])`)
    .join(' or ');
}

type Counted = NameOfKind<'counter' | 'observed_counter'>;

/** How often a second. */
export function rate<Name extends Counted>(name: Name, by: By<Name>, where?: Where<Name>): string {
  return `${over('sum', by)} (rate(${series(name, where)}[$__rate_interval]))`;
}

/** How many in the time that is looked at. */
export function increase<Name extends Counted>(name: Name, by: By<Name>, where?: Where<Name>): string {
  return `${over('sum', by)} (increase(${series(name, where)}[$__range]))`;
}

/** How many in the time that is looked at, of what has no series before it happened first: that first time counts too. */
export function happened<Name extends Counted>(name: Name, by: By<Name>, where?: Where<Name>): string {
  const all = series(name, where);
  return `${over('sum', by)} ((increase(${all}[$__range]) > 0) or (${all} unless ${all} offset $__range))`;
}

/** The value below which this part (0 to 1) of a histogram's values lie. */
export function quantile<Name extends NameOfKind<'histogram'>>(part: number, name: Name, by: By<Name>, where?: Where<Name>): string {
  return `histogram_quantile(${part}, sum by (${[...by, 'le'].join(', ')}) (${rates(name, where, '_bucket')}))`;
}

/** Values of a histogram a second: how often what it measures happened. */
export function recordings<Name extends NameOfKind<'histogram'>>(name: Name, by: By<Name>, where?: Where<Name>): string {
  return `${over('sum', by)} (${rates(name, where, '_count')})`;
}

type Shown = NameOfKind<'gauge' | 'observed_gauge'>;

/** The sum over processes: what each of them has a part of. */
export function sum<Name extends Shown>(name: Name, by: By<Name>, where?: Where<Name>): string {
  return `${over('sum', by)} (${series(name, where)})`;
}

/** The largest of processes: what all of them read in the same store. */
export function largest<Name extends Shown>(name: Name, by: By<Name>, where?: Where<Name>): string {
  return `${over('max', by)} (${series(name, where)})`;
}

/** The smallest of processes. */
export function smallest<Name extends Shown>(name: Name, by: By<Name>, where?: Where<Name>): string {
  return `${over('min', by)} (${series(name, where)})`;
}

function over(operator: string, by: readonly string[]): string {
  return by.length === 0 ? operator : `${operator} by (${by.join(', ')})`;
}
