/**
 * What columns named by one letter stand for, where the documentation spells them out in the same order:
 * V, A, D and "valence, arousal and dominance". Empty where fewer than two letters are, or nothing matches.
 */
export function expandLetters(columns: readonly string[], documentation: string): ReadonlyMap<string, string> {
  const letters = columns.filter((name) => /^[A-Za-z]$/.test(name));
  if (letters.length < 2) return new Map();
  const words = letters.map((letter) => `\\b(${letter}[a-z]{3,})\\b`).join('(?:[\\s,/-]+|\\s+and\\s+|,\\s+and\\s+)');
  const found = new RegExp(words, 'i').exec(documentation);
  return new Map(found === null ? [] : letters.map((letter, index) => [letter, (found[index + 1] ?? '').toLowerCase()]));
}
