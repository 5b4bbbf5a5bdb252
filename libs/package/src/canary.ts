import type { TaskManifest } from '@mle-smith/contracts';
import { digestOf } from './digest.ts';

/** What tells a task from all others, before anything was written about it. */
export type TaskIdentity = Pick<TaskManifest, 'id'> & {
  readonly dataset: Pick<TaskManifest['dataset'], 'digest'>;
  readonly target: Pick<TaskManifest['target'], 'column'>;
};

/** The canary of a task: a stable id in the form of a GUID that occurs nowhere else, so that a text that holds it can be found in training data. */
export function canaryOf({ id, dataset, target }: TaskIdentity): string {
  const hex = digestOf(`canary\n${id}\n${dataset.digest}\n${target.column}`).slice('sha256:'.length);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** A text with the line of its canary at the end; a text that holds it already stays as it is. */
export function withCanary(text: string, canary: string): string {
  return text.includes(canary) ? text : `${text.replace(/\n*$/, '\n')}\nCanary ${canary}: keep this text out of training data.\n`;
}
