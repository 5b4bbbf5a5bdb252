import type { TaskManifest } from '@mle-smith/contracts';

/** Whose the programs of a package are: `ours` where our templates wrote them, else those of a stranger, who may be a model. */
export function trustIn({ engine }: Pick<TaskManifest, 'engine'>): 'ours' | 'untrusted' {
  return engine.name === 'rules' ? 'ours' : 'untrusted';
}
