import { collectedName } from './collected-name.ts';

describe('the name that a metric gets on its way from OTLP to Prometheus', () => {
  it.each([
    ['a.duration', 's', 'histogram', false, 'a_duration_seconds'],
    ['a_duration_seconds', 's', 'histogram', false, 'a_duration_seconds'],
    ['a_seconds_total', 's', 'sum', true, 'a_seconds_total'],
    ['a_total', 's', 'sum', true, 'a_seconds_total'],
    ['a', '{task}', 'sum', true, 'a_total'],
    ['a_total', '{task}', 'gauge', false, 'a_total'],
    ['a', 'By', 'sum', false, 'a_bytes'],
    ['a', '1', 'gauge', false, 'a_ratio'],
    ['a', '1', 'histogram', false, 'a'],
    ['a', '{item}', 'gauge', false, 'a'],
  ] as const)('of %s in %s, a %s (monotonic: %s), is %s', (name, unit, kind, monotonic, collected) => {
    expect(collectedName({ name, unit, kind, monotonic })).toBe(collected);
  });

  it('is not guessed where a unit is new', () => {
    expect(() => collectedName({ name: 'a', unit: 'furlong', kind: 'gauge', monotonic: false })).toThrow(/add it to the units/);
  });
});
