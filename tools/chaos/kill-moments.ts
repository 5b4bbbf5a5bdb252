/** Mulberry32: small, seeded and the same everywhere; enough to choose moments. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Delays after each start, ms. Together they last about one and a half undisturbed runs, since each start pays for its own beginnings. */
export function killMoments(seed: number, kills: number, runMs: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: kills }, () => Math.round((random() * (3 * runMs)) / Math.max(1, kills)));
}
