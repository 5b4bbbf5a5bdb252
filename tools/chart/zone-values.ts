import { z } from 'zod';
import { labels, namespaceOrNone, quantities, quantity } from './shapes.ts';
import { group, leaf, type Fields, type Group } from './table.ts';

/** The namespaces that sandboxes run in. */
export function zoneFields(): Group {
  return group('the namespaces of sandboxes: nothing runs in them but Jobs that stations start', {
    create: leaf(
      z.boolean(),
      true,
      'whether the chart makes both namespaces; else they must be there, with the labels of pod security (docs/operations/kubernetes.md)',
    ),
    labels: leaf(labels, {}, 'further labels of both'),
    solve: group('where code of strangers runs', zone('-solve')),
    grade: group('where answers are, with our code only', zone('-grade')),
  });
}

function zone(suffix: string): Fields {
  return {
    namespace: leaf(namespaceOrNone, '', `its name; the release’s namespace with ${suffix} where it is empty`),
    quota: leaf(
      quantities,
      { pods: '100', 'count/jobs.batch': '500', 'count/secrets': '0', persistentvolumeclaims: '0', services: '0' },
      'a ResourceQuota; `requests.cpu`, `requests.memory` and `requests.nvidia.com/gpu` bound what sandboxes take. A key of null removes it',
    ),
    limitRange: group('a LimitRange of containers', {
      max: leaf(z.record(z.string(), quantity), { cpu: '16', memory: '64Gi', 'ephemeral-storage': '200Gi' }, 'the most that one sandbox may have'),
    }),
  };
}
