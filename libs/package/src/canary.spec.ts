import { canaryOf, withCanary } from './canary.ts';

const TASK = { id: 'orchards--harvest', dataset: { digest: `sha256:${'0'.repeat(64)}` }, target: { column: 'harvest' } };

describe('the canary of a task', () => {
  it('has the form of a GUID, is the same each time, and is another for another task', () => {
    const canary = canaryOf(TASK);

    expect(canary).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(canaryOf({ ...TASK })).toBe(canary);
    expect(canaryOf({ ...TASK, target: { column: 'quality' } })).not.toBe(canary);
  });

  it('stands once in a line of its own at the end of a text', () => {
    const text = withCanary('Pears.\n\n', canaryOf(TASK));

    expect(text).toBe(`Pears.\n\nCanary ${canaryOf(TASK)}: keep this text out of training data.\n`);
    expect(withCanary(text, canaryOf(TASK))).toBe(text);
  });
});
