import { onceOrder, warmOrder, type PodJobOrder } from '@mle-smith/adapter-kubernetes';
import type { Job } from '@mle-smith/environment';
import { PODS_AT_WORK, POD_SETTINGS } from '@mle-smith/service/settings';
import { GATEWAY, stagesByStation } from './services.ts';
import { initialOf } from './table.ts';
import { VALUES } from './values.ts';

/** Values of the chart, as far as they say what nodes must have. */
interface Sized {
  readonly defaults: {
    readonly replicas: number;
    readonly resources: { readonly requests: { readonly cpu: string; readonly memory: string }; readonly limits: { readonly memory: string } };
    readonly workSize: string;
  };
  readonly jobs: {
    readonly profiles: Readonly<Record<string, { readonly cpu: string; readonly cpuRequest: string; readonly memoryRequestMb: number }>>;
    readonly profileOf: { readonly measure: string; readonly solve: string; readonly grade: string };
  };
  readonly zones: { readonly solve: { readonly quota: { readonly pods: string } } };
}

const WORDS = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const JOB: Job = { name: 'any', zone: 'measure', trust: 'ours', inputs: [], run: { call: 'any:any', argument: {} } };

/** What docs/operations/kubernetes.md says that nodes must have with the values of the chart: the rows of its table, and the sentence behind it. */
export function nodeNeeds(values = initialOf(VALUES) as unknown as Sized): { readonly rows: readonly (readonly string[])[]; readonly sentence: string } {
  const { defaults, jobs, zones } = values;
  const profile = jobs.profiles[jobs.profileOf.measure];
  if (profile === undefined) throw new Error(`there is no such profile [name=${jobs.profileOf.measure}]`);
  const services = Object.keys(stagesByStation()).length + [GATEWAY].length;
  const most = ({ limits }: PodJobOrder): string => amount(`${limits.memoryMb}Mi`);
  return {
    rows: [
      [
        `each of ${WORDS[services]} services, ${WORDS[defaults.replicas]} pod each`,
        `${processors(defaults.resources.requests.cpu)}, ${amount(defaults.resources.requests.memory)} (\`defaults.resources\`)`,
        `${amount(defaults.resources.limits.memory)}, and ${amount(defaults.workSize)} of the node's disk (\`defaults.workSize\`)`,
      ],
      [
        'each sandbox at work',
        `${processors(profile.cpuRequest)}, ${amount(`${profile.memoryRequestMb}Mi`)} (\`jobs.profiles\`)`,
        `${processors(profile.cpu)}, ${most(onceOrder(JOB, '', 0, '', jobs.profileOf))} or more where the job asks for it; what it writes is memory`,
      ],
      [
        `idle sandboxes: ${WORDS[POD_SETTINGS.warmPods.shape.parse(undefined)]} of a replica in each zone (\`MLE_SMITH_WARM_PODS\`)`,
        'the same each, also while nothing is to be done',
        most(warmOrder('measure', '', '', jobs.profileOf)),
      ],
    ],
    sentence: `At most ${PODS_AT_WORK} sandboxes of one replica work at a time (\`MLE_SMITH_SANDBOXES\`), and ${zones.solve.quota.pods} pods are in a namespace (\`zones.*.quota\`).`,
  };
}

function processors(quantity: string): string {
  const count = quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1_000 : Number(quantity);
  return `${count} ${count > 1 ? 'processors' : 'processor'}`;
}

/** An amount of memory in the unit that a person would take. */
function amount(quantity: string): string {
  const mib = Number(quantity.slice(0, -2)) * (quantity.endsWith('Gi') ? 1_024 : 1);
  return mib < 1_024 ? `${mib} MiB` : `${mib / 1_024} GiB`;
}
