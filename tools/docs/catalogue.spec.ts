import { RULES } from '@mle-smith/assert';
import { EXECUTE_RULES } from '@mle-smith/execute';

/** How many rules each family of the catalogue has. */
const FAMILIES = { L: 12, D: 6, S: 28, A: 6, M: 16, X: 15 };
const CATALOGUE = Object.entries(FAMILIES).flatMap(([family, count]) =>
  Array.from({ length: count }, (_, place) => `${family}${String(place + 1).padStart(2, '0')}`),
);

describe('the rule tables', () => {
  it('list exactly the 83 rules of the catalogue', () => {
    const listed = [...RULES, ...EXECUTE_RULES].map(({ id }) => id.replace(/[ab]$/, ''));

    expect(CATALOGUE).toHaveLength(83);
    expect([...new Set(listed)].sort()).toEqual([...CATALOGUE].sort());
  });

  it('list each rule once a phase', () => {
    const places = [...RULES.map(({ id, phase }) => `${id} ${phase}`), ...EXECUTE_RULES.map(({ id }) => `${id} execute`)];

    expect(new Set(places).size).toBe(places.length);
  });
});
