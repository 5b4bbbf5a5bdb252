import { isMicroId, microIdOf } from './micro.ts';

describe('the id of a micro variant', () => {
  it('is told from every id of a task of its own', () => {
    expect(microIdOf('pears--weight')).toBe('pears--weight--micro');
    expect(isMicroId('pears--weight--micro')).toBe(true);
    expect(isMicroId('pears--weight')).toBe(false);
    expect(isMicroId('pears--micro')).toBe(false);
  });

  it('stays a label of at most 63 characters, and differs where the ids do', () => {
    const [one, other] = [`pears--${'w'.repeat(55)}a`, `pears--${'w'.repeat(55)}b`];

    expect(microIdOf(one)).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
    expect(microIdOf(one)).not.toBe(microIdOf(other));
    expect(isMicroId(microIdOf(one))).toBe(true);
  });
});
