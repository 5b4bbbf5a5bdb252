import type { Fault } from '../fault.ts';

const LEASE_SECONDS = 4;

/** A process stands still for longer than its lease and goes on as if nothing had happened: its result is dropped and counted. */
export const stoppedWorker: Fault = {
  row: 6,
  name: 'stopped-worker',
  what: 'SIGSTOP of a worker past its lease, SIGCONT after somebody else took over',
  load: 'tables',
  replicas: ['execute#2'],
  recoverWithinSeconds: 60,
  told: [{ step: { lost: true, stage: 'execute' } }],
  // The result of the stopped worker.
  allowance: { attempts: 2 },
  prepare: async (rig) => {
    rig.settings['MLE_SMITH_LEASE_SECONDS'] = String(LEASE_SECONDS);
  },
  inject: async (rig) => {
    const { service, task, at } = await rig.attempt('execute', 0);
    const from = rig.lines.findIndex((line) => line.at === at);
    rig.processOf(service).child.kill('SIGSTOP');
    try {
      await rig.seen('another worker that takes over', (line) => line.code === 'stage.started' && line.task === task && line.service !== service, { from });
    } finally {
      rig.processOf(service).child.kill('SIGCONT');
    }
    await rig.seen('the late result', (line) => line.code === 'stage.fenced' && line.task === task && line.service === service, { from });
  },
  check: async (rig) => {
    const counted = await Promise.all(['execute', 'execute#2'].map((service) => rig.metric(service, 'mlesmith_fenced_results_total')));
    return counted.some((count) => count > 0) ? [] : ['mlesmith_fenced_results_total counts no fenced result'];
  },
};
