import { PIPELINE, type Finding, type StageName } from '@mle-smith/contracts';
import { putJson } from '@mle-smith/package';
import type { StageHandler } from '../stage.ts';

/** A blocking finding, for stages that send work back. */
export const BLOCKING: Finding = { rule: 'S01', severity: 'block', message: 'not good enough', evidence: {}, owner: 'designer' };

/**
 * Handlers for a whole pipeline: each stage leaves one small document that says who made it, brainstorm makes
 * `<dataset>-1` to `<dataset>-<tasks>`; `scripts` replaces some of them.
 */
export function scriptedStages(tasks: number, scripts: Partial<Record<StageName, StageHandler>> = {}): Record<StageName, StageHandler> {
  const plain = PIPELINE.map(({ stage }): [StageName, StageHandler] => [
    stage,
    async (item, { artifacts }) => {
      const documents = { [stage]: await putJson(artifacts, { stage, id: item.id, generation: item.generation }) };
      const children = stage === 'brainstorm' ? Array.from({ length: tasks }, (_, index) => ({ id: `${item.id}-${index + 1}`, documents })) : [];
      return { kind: 'advanced', documents, children };
    },
  ]);
  return { ...(Object.fromEntries(plain) as Record<StageName, StageHandler>), ...scripts };
}
