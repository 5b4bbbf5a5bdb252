import { KubernetesPodJobs, type PodSettingsInput } from '@mle-smith/adapter-kubernetes';
import { shellOrder, shellSettings } from '../../../cluster/shell-jobs.ts';
import type { Fault } from '../fault.ts';
import { jobAtWork, noCluster } from '../pods.ts';
import type { Rig } from '../rig.ts';

const JOBS = 12;
/** It looks for what nobody holds every second, and gives it no grace. */
const EAGER = { listSeconds: 1, graceSeconds: { orphan: 1 } };

/** A second installation works in the namespaces of the first one, by mistake: neither touches what the other has. */
export const twoInstallations: Fault = {
  row: 30,
  name: 'two-installations',
  what: `a second installation with ${JOBS} Jobs in the namespaces of the first, which removes what nobody holds at once; and one with the first one’s name and another secret`,
  load: 'pods',
  missing: noCluster,
  recoverWithinSeconds: 60,
  inject: async (rig) => {
    const { server, namespaces } = rig.pods;
    await namesake(rig);
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

/** Asks under the first one's name for a Job that it has. */
async function namesake(rig: Rig): Promise<void> {
  const { server, namespaces, settings } = rig.pods;
  const job = await jobAtWork(rig, '');
  const other = await opened(rig, { ...shellSettings(server, namespaces), instance: settings['MLE_SMITH_INSTALLATION'] ?? '' });
  const refused = await other.start(shellOrder(job.key, 'exit 0')).then(
    () => undefined,
    (error: unknown) => (error as { code?: unknown }).code,
  );
  // One that the first installation has done with in the meantime proves nothing.
  if (refused !== 'job_name_conflict' && rig.pods.drill.book.there.some(({ uid }) => uid === job.uid))
    rig.complaints.push(`a stranger of the same name was given the Job ${job.name} (${String(refused)})`);
}

async function opened(rig: Rig, settings: PodSettingsInput): Promise<KubernetesPodJobs> {
  const jobs = await KubernetesPodJobs.open({ access: { kubeconfigFile: rig.pods.server.address }, settings });
  rig.atEnd(() => jobs.close());
  return jobs;
}
