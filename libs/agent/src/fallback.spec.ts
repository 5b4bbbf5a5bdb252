import type { StageHandler, StageOutcome } from '@mle-smith/stage-runtime';
import { withFallback } from './fallback.ts';
import { MODEL_ERRORS, stageCodeOf, type ModelErrorCode } from './model-error.ts';

const BY_RULES: StageOutcome = { kind: 'advanced', documents: { design: 'sha256:rules' } };
const ITEM = { stage: 'design', kind: 'task', id: 'cars--mpg', datasetId: 'cars', generation: 1, attempt: 1, documents: {}, findings: [] } as const;

async function fallen(outcome: StageOutcome, byRules = BY_RULES): Promise<{ outcome: StageOutcome; told: string[] }> {
  const told: string[] = [];
  const gives =
    (given: StageOutcome): StageHandler =>
    async () =>
      given;
  const handler = withFallback(gives(outcome), gives(byRules), (_, message) => told.push(message));
  return { outcome: await handler(ITEM, {} as never), told };
}

describe('rules that stand in for models', () => {
  it.each(Object.keys(MODEL_ERRORS) as ModelErrorCode[])('think where the endpoint says %s, unless it only wants time', async (code) => {
    const retry: StageOutcome = { kind: 'retry', code: stageCodeOf(code), message: 'the endpoint' };

    const { outcome, told } = await fallen(retry);

    expect({ outcome, told }).toEqual(code === 'rate' ? { outcome: retry, told: [] } : { outcome: BY_RULES, told: [`model_${code}: the endpoint`] });
  });

  it.each(['sandbox_lost', 'store_unreachable'])('leave alone what is no fault of a model: %s', async (code) => {
    const retry: StageOutcome = { kind: 'retry', code, message: 'gone' };

    expect((await fallen(retry)).outcome).toBe(retry);
  });

  it('leave what was said to the model beside what they decide, and what they decide counts', async () => {
    const failed: StageOutcome = {
      kind: 'ended',
      code: 'agent_failed',
      message: 'nothing that can be used',
      documents: { 'design-transcript': 'sha256:talk', design: 'sha256:half' },
    };

    expect((await fallen(failed)).outcome).toEqual({ kind: 'advanced', documents: { 'design-transcript': 'sha256:talk', design: 'sha256:rules' } });
  });
});
