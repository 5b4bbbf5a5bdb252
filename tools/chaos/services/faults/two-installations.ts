import { KubernetesPodJobs, type PodSettingsInput } from '@mle-smith/adapter-kubernetes';
import { shellOrder, shellSettings } from '../../../cluster/shell-jobs.ts';
import type { Fault } from '../fault.ts';
import { jobAtWork, noCluster } from '../pods.ts';
import type { Rig } from '../rig.ts';

const JOBS = 12;
/** Looks for what nobody holds every second, and gives it no grace. */
const EAGER = { listSeconds: 1, graceSeconds: { orphan: 1 } };

/** A second installation works in the namespaces of the first one, by mistake: neither touches what the other has. */
export const twoInstallations: Fault = {
  row: 30,
  name: 'two-installations',
  what: `a second installation with ${JOBS} Jobs in the namespaces of the first, and one with the first one’s name and another secret, which both remove what nobody holds at once`,
  load: 'pods',
  missing: noCluster,
  recoverWithinSeconds: 60,
  told: [],
  unseen: 'neither has anything of the other; who asks under a name that is taken is told `job_name_conflict`, by its own timeline',
  inject: async (rig) => {
    const { server, namespaces, settings } = rig.pods;
    const namesake = { instance: settings['MLE_SMITH_INSTALLATION'] ?? '', owner: 'another' };
    await asksForTheSame(rig, await opened(rig, { ...shellSettings(server, namespaces), ...EAGER, ...namesake }));
    const second = await opened(rig, { ...shellSettings(server, namespaces), ...EAGER });
    const codes: unknown[] = [];
    for (let number = 1; number <= JOBS; number += 1) {
      const job = await second.start(shellOrder(`second-${number}`, `sleep 2; exit ${number}`));
      codes.push((await job.ended()).exitCode);
      await job.remove();
    }
    if (codes.some((code, place) => code !== place + 1)) rig.complaints.push(`the second installation’s Jobs ended with ${codes.join(', ')}`);
  },
};

/** Asks for what the first one has at work: that would be seen as an attempt too many, where it took it away. */
async function asksForTheSame(rig: Rig, namesake: KubernetesPodJobs): Promise<void> {
  const { key, name } = await jobAtWork(rig, '');
  const job = await namesake.start(shellOrder(key, 'exit 7'));
  const { exitCode, reason } = await job.ended();
  if (job.name === name || job.adopted || exitCode !== 7)
    rig.complaints.push(`an installation of the same name got the Job ${job.name} for ${name}: ${reason}`);
  await job.remove();
}

async function opened(rig: Rig, settings: PodSettingsInput): Promise<KubernetesPodJobs> {
  const jobs = await KubernetesPodJobs.open({ access: { kubeconfigFile: rig.pods.server.address }, settings });
  rig.atEnd(() => jobs.close());
  return jobs;
}
