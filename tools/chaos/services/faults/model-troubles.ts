import type { FaultName } from '../../../fake-openai/fault-table.ts';
import { AT_START, type CountedEndpoint } from '../counted-endpoint.ts';
import type { Fault } from '../fault.ts';
import type { Rig } from '../rig.ts';

/** Longest that one call may take where the endpoint hangs. */
const CALL_SECONDS = 5;
const LOAD_ENDS_WITHIN_SECONDS = 600;

/** The endpoint of models does harm while agents work; each answer that is none may be asked for once more. */
function modelTrouble(
  fault: Omit<Fault, 'load' | 'inject' | 'recoverWithinSeconds'> & { readonly harm: (rig: Rig, endpoint: CountedEndpoint) => void },
): Fault {
  const { harm, ...rest } = fault;
  return {
    load: 'agents',
    recoverWithinSeconds: 60,
    ...rest,
    inject: async (rig) => {
      const { endpoint } = rig;
      if (endpoint === undefined) throw new RangeError('this load asks no model');
      harm(rig, endpoint);
      await rig.until('the end of the load', () => rig.loadEnded.signal.aborted, LOAD_ENDS_WITHIN_SECONDS);
      if (endpoint.seen.unanswered === 0) rig.complaints.push('nothing was disturbed');
    },
  };
}

/** Each first asking gets one fault of a list, in turn. */
function inTurn(faults: readonly FaultName[]): (rig: Rig, endpoint: CountedEndpoint) => void {
  return (_, endpoint) => {
    endpoint.disturb = (station, times, nth) => (times > 1 || station === AT_START ? undefined : { fault: faults[nth % faults.length] ?? 'rate' });
  };
}

/** Fewer calls are wanted: short waits are waited out in place, and what has to wait longer is put aside. */
export const modelSaysLater: Fault = modelTrouble({
  row: 20,
  name: 'model-says-later',
  what: 'every call is told to come again in 1.5 or 5 seconds, and one in two minutes',
  // What is put aside for two minutes is begun again.
  allowance: { attempts: 1 },
  told: [{ step: { call: 'rate' } }, { step: { outcome: 'retry', code: 'model_rate' } }],
  harm: (_, endpoint) => {
    let long = false;
    endpoint.disturb = (station, times, nth) => {
      if (times > 1 || station === AT_START) return undefined;
      if (station === 'design' && !long) {
        long = true;
        return { fault: 'rate-120s' };
      }
      return { fault: nth % 2 === 0 ? 'rate-ms' : 'rate-5s' };
    };
  },
  check: async (rig) => {
    const aside = rig.lines.filter(({ code, data }) => code === 'stage.retried' && JSON.stringify(data).includes('model_rate'));
    return aside.length === 1 ? [] : [`${aside.length} attempts were put aside, and one should be`];
  },
});

/** The endpoint fails in every way in which servers and networks do. */
export const modelFails: Fault = modelTrouble({
  row: 21,
  name: 'model-fails',
  what: 'every first answer is a fault of the server or the network: 500, 502, 503, reset, cut off, silence, no end',
  told: [{ step: { call: 'transport' } }],
  prepare: async (rig) => {
    rig.settings['MLE_SMITH_CALL_TIMEOUT'] = String(CALL_SECONDS);
  },
  harm: inTurn(['server-error', 'bad-gateway', 'reset', 'cut-socket', 'hang', 'silence', 'drip', 'request-timeout']),
});

/** What comes back is no reply of a model. */
export const modelSaysNonsense: Fault = modelTrouble({
  row: 22,
  name: 'model-says-nonsense',
  what: 'every first answer is a page, broken JSON, JSON of another shape, nothing, or an error in place of a reply',
  told: [{ step: { call: 'garbage' } }],
  harm: inTurn(['page', 'broken-json', 'no-choices', 'wrong-shape', 'empty', 'error-in-reply', 'no-body', 'comments']),
});

const AWAY_MS = 45_000;
/** Attempts that find out that nothing has changed, in that time. */
const MOST_ASKED = 12;

/** Nobody pays, or the key is no longer taken, whoever asks, for a while in the midst of the work. */
function modelRefuses(name: string, fault: FaultName, seenAs: 'quota' | 'auth', what: string): Fault {
  return modelTrouble({
    row: 23,
    name,
    what: `${what} for ${AWAY_MS / 1_000} s in the midst of the work`,
    allowance: { attempts: MOST_ASKED },
    told: [{ step: { outcome: 'retry', code: `model_${seenAs}` } }, { log: 'model.refused' }],
    harm: (rig, endpoint) => {
      let since: number | undefined;
      endpoint.disturb = (station) => {
        if (station === 'design') since ??= performance.now();
        return since !== undefined && performance.now() - since < AWAY_MS ? { fault } : undefined;
      };
    },
    check: async ({ endpoint }) => {
      const asked = endpoint?.seen.unanswered ?? 0;
      return asked <= MOST_ASKED ? [] : [`${asked} calls were made in vain in ${AWAY_MS / 1_000} s, and ${MOST_ASKED} may`];
    },
  });
}

export const modelWithoutCredit = modelRefuses('model-without-credit', 'quota', 'quota', 'the quota is used up');
export const modelKeyRevoked = modelRefuses('model-key-revoked', 'unauthorized', 'auth', 'the key is not taken');
