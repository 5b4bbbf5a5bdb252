import type { LoadName } from './load.ts';
import type { Rig } from './rig.ts';
import type { Sign } from './sign.ts';

/** What a fault may cost beyond an undisturbed run. Nothing, where it is not said. */
export interface Allowance {
  /** Attempts of stages that came to nothing, beside those that were in the hands of processes which the driver ended. */
  readonly attempts?: number;
  /** Calls of models that were made again. */
  readonly calls?: number;
  /** Crashes of consumers. */
  readonly crashes?: number;
  /** Exit codes with which services end by themselves, to be started again. */
  readonly ends?: readonly number[];
  /** Signals by which they do. */
  readonly endsBy?: readonly NodeJS.Signals[];
  /** Lines without a code, which others than the service write: Node when its heap is full, say. */
  readonly noise?: RegExp;
}

/** One row of the fault matrix: what is done to the services, and what may come of it. The rest of the rule is the same for all (pass-rule.ts). */
export interface Fault {
  /** Its number in the matrix (matrix.ts); a row may have several. */
  readonly row: number;
  /** Its own name, in kebab-case. */
  readonly name: string;
  /** What is done, in the words of the result table. */
  readonly what: string;
  /** What the services are worked with meanwhile; `none` where the fault starts the services that it needs. */
  readonly load: LoadName;
  /** Services beside one of each. */
  readonly replicas?: readonly string[];
  /** Why this machine cannot run it; undefined where it can. */
  readonly missing?: () => Promise<string | undefined>;
  /** Settings, proxies and wrappers, before anything starts. */
  readonly prepare?: (rig: Rig) => Promise<void>;
  /** Services cannot get ready before `inject` has done its work. */
  readonly waitsAtStart?: true;
  /** Does it, while the load runs; when it is over, everything is there again that was taken away. Chance comes from `rig.random`. */
  readonly inject: (rig: Rig) => Promise<void>;
  /** From then on: until every service is ready and a stage is at work. */
  readonly recoverWithinSeconds: number;
  readonly allowance?: Allowance;
  /** What tells an operator of it, each of which is looked for; none where nothing is to be seen (`unseen`). */
  readonly told: readonly Sign[];
  /** Why no timeline and no alert names it. */
  readonly unseen?: string;
  /** What is wrong that only this fault can cause; services still run. */
  readonly check?: (rig: Rig) => Promise<readonly string[]>;
}
