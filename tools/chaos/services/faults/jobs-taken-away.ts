import { setTimeout as rest } from 'node:timers/promises';
import type { ClusterDrill, SeenJob } from '@mle-smith/adapter-kubernetes/drills';
import type { Fault } from '../fault.ts';
import { jobAtWork, noCluster, podToCome } from '../pods.ts';
import type { Rig } from '../rig.ts';

/** What strangers do to a Job, and to what begins its key. */
const DEEDS: readonly { readonly what: string; readonly key: string; readonly do: (drill: ClusterDrill, job: SeenJob) => Promise<void> }[] = [
  { what: 'a Job is deleted', key: 'solve-mode-timed_out', do: (drill, job) => drill.deleteJob(job) },
  { what: 'a pod is deleted', key: 'solve-mode-timed_out', do: (drill, job) => drill.deletePod(job) },
];
const CORDONED_SECONDS = 15;

/** Somebody deletes Jobs and pods under the hands of execute: tried again, at no cost to the task. */
export const jobsDeletedEarly: Fault = {
  row: 29,
  name: 'jobs-deleted-early',
  what: 'a Job at work deleted, and the pod of another one',
  load: 'pods',
  missing: noCluster,
  recoverWithinSeconds: 60,
  told: [{ step: { stage: 'execute', outcome: 'retry', code: 'pod_lost' } }],
  // Both tasks wait for the result of these Jobs.
  allowance: { attempts: 2 * DEEDS.length },
  inject: async (rig) => {
    for (const deed of DEEDS) {
      const from = rig.lines.length;
      await deed.do(rig.pods.drill, await jobAtWork(rig, deed.key));
      rig.note(deed.what);
      await lost(rig, from);
    }
  },
};

/** A node is emptied under the work: its pods are evicted, and wait until there is a node again. */
export const nodeDrained: Fault = {
  row: 27,
  name: 'node-drained',
  what: `the node takes no pods for ${CORDONED_SECONDS} s, and those that it has are evicted`,
  load: 'pods',
  missing: noCluster,
  recoverWithinSeconds: 60,
  told: [{ step: { stage: 'execute', outcome: 'retry', code: 'pod_lost' } }],
  allowance: { attempts: 4 },
  inject: async (rig) => {
    const { drill } = rig.pods;
    // One that runs may answer within the grace of its eviction: a pod that has its node and does not run yet is lost for sure.
    await podToCome(rig, 'solve-mode-');
    const from = rig.lines.length;
    try {
      const there = drill.book.there.filter(({ pod }) => pod !== undefined);
      await Promise.all([drill.cordon(true), ...there.map((job) => drill.evictPod(job))]);
      rig.note(`the node is drained of ${there.length} pods`);
      await lost(rig, from);
      await rest(CORDONED_SECONDS * 1_000);
    } finally {
      await drill.cordon(false);
    }
  },
};

async function lost(rig: Rig, from: number): Promise<void> {
  await rig.seen('a stage that is tried again for its pod', (line) => line.code === 'stage.retried' && line.data?.['reason'] === 'pod_lost', { from });
}
