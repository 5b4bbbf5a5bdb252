import type { ModelFault, ReasonCode, StageName } from '@mle-smith/contracts';
import type { InfrastructureCode } from '@mle-smith/stage-runtime';
import type { LogCodeName, ServiceMetricName } from '@mle-smith/telemetry';
import { ALERTS, type AlertName } from '../../alerts/alerts.ts';

/** Codes that a line of a timeline may give. */
type StepCode = ReasonCode | InfrastructureCode | `model_${ModelFault}`;

/** A line of the timeline of a dataset or task; all that is asked of it stands in the same line. */
export interface StepSign {
  readonly stage?: StageName;
  readonly outcome?: 'advanced' | 'retry' | 'ended';
  readonly code?: StepCode;
  /** Attempts before it whose worker was lost, by name. */
  readonly lost?: true;
  /** A call of a model that failed so. */
  readonly call?: ModelFault;
  /** A document that it left. */
  readonly left?: string;
}

/** Something that an operator sees of a fault. */
export type Sign =
  /** The expression of an alert holds; with `from`, its figure goes at least so high: the alert asks for more than a fault of seconds can do. */
  | { readonly alert: AlertName; readonly from?: number }
  | { readonly step: StepSign }
  /** A line of a log, which holds a text where one is given. */
  | { readonly log: LogCodeName; readonly holding?: string }
  /** A counter that is not 0; `where` is a selector of its labels. */
  | { readonly metric: ServiceMetricName | `${ServiceMetricName}_count`; readonly where?: string };

/** What an expression of PromQL has to be more than. */
const LIMIT = / > (\d+)$/;

/** The words for a sign in the table of faults. */
export function signText(sign: Sign): string {
  if ('alert' in sign) {
    const limit = LIMIT.exec(exprOf(sign.alert))?.[1];
    const short = sign.from === undefined ? '' : `, its figure at ${sign.from} of ${limit}`;
    return `alert [\`${sign.alert}\`](../operations/runbooks.md#${sign.alert.toLowerCase()})${short}`;
  }
  if ('step' in sign) return `timeline: ${stepText(sign.step)}`;
  if ('log' in sign) return `log \`${sign.log}\`${sign.holding === undefined ? '' : ` that names \`${sign.holding}\``}`;
  return `metric \`${sign.metric}${sign.where === undefined ? '' : `{${sign.where}}`}\``;
}

function stepText({ stage, outcome, code, lost, call, left }: StepSign): string {
  const what = [
    ...(lost === undefined ? [] : ['an attempt that was lost, with its worker']),
    ...(call === undefined ? [] : [`a call that failed, \`${call}\``]),
    ...(outcome === undefined ? [] : [`\`${outcome}\``]),
    ...(code === undefined ? [] : [`\`${code}\``]),
    ...(left === undefined ? [] : [`the digest of \`${left}\``]),
  ];
  return `${stage === undefined ? '' : `${stage}, `}${what.join(' ')}`;
}

/** What Prometheus is asked for a sign; undefined for one that it does not tell. Throws `RangeError` where an alert has no figure that can be lower. */
export function queryOf(sign: Sign, namespace: string): string | undefined {
  if ('alert' in sign) {
    const expr = exprOf(sign.alert);
    if (sign.from === undefined) return expr;
    if (!(sign.from < Number(LIMIT.exec(expr)?.[1]))) throw new RangeError(`no figure of ${sign.alert} is more than ${sign.from}: ${expr}`);
    return expr.replace(LIMIT, ` >= ${sign.from}`);
  }
  if (!('metric' in sign)) return undefined;
  const labels = [`namespace="${namespace}"`, ...(sign.where === undefined ? [] : [sign.where])];
  return `sum by (namespace) (${sign.metric}{${labels.join(',')}}) > 0`;
}

function exprOf(name: AlertName): string {
  return ALERTS.find((alert) => alert.name === name)?.expr ?? '';
}
