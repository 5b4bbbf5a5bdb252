import { join } from 'node:path';
import type { Fault } from '../fault.ts';

const BLOCKED_SECONDS = 20;
const LEASE_SECONDS = 5;
const REPLICAS = ['execute', 'execute#2'];

/** A process at work renews nothing and answers nothing for four times its lease; its work goes over to another one. */
export const blockedEventLoop: Fault = {
  row: 7,
  name: 'blocked-event-loop',
  what: `the event loop of a worker blocked for ${BLOCKED_SECONDS} s, four times its lease`,
  load: 'tables',
  replicas: REPLICAS.slice(1),
  recoverWithinSeconds: 60,
  told: [{ step: { lost: true, stage: 'execute' } }, { log: 'service.loop_blocked' }],
  // What the blocked worker had in hand.
  allowance: { attempts: 2 },
  prepare: async (rig) => {
    rig.settings['MLE_SMITH_LEASE_SECONDS'] = String(LEASE_SECONDS);
    const settings = { NODE_OPTIONS: `--import=${join(import.meta.dirname, '..', 'preloads', 'block-on-signal.ts')}`, BLOCK_SECONDS: String(BLOCKED_SECONDS) };
    for (const service of REPLICAS) rig.startsLike(service, { settings });
  },
  inject: async (rig) => {
    const from = rig.lines.length;
    const { service, task } = await rig.attempt('execute', 0);
    rig.processOf(service).child.kill('SIGUSR2');
    // Before anything else is waited for: the block ends, however late that comes.
    await rig.until(`no sign of life from ${service}, whose event loop is blocked`, async () => !(await rig.isAlive(service)), BLOCKED_SECONDS);
    await rig.seen('another worker that takes over', (line) => line.code === 'stage.started' && line.task === task && line.service !== service, { from });
    await rig.seen('the late result', (line) => line.code === 'stage.fenced' && line.task === task && line.service === service, { from });
    await rig.seen('word of the blocked loop', (line) => line.code === 'service.loop_blocked' && line.service === service, { from, evenAfterLoad: true });
  },
};
