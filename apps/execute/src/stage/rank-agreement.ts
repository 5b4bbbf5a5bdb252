/** Kendall's tau-b of two lists of scores of the same things; ties are no evidence either way. */
export function kendall(one: readonly number[], other: readonly number[]): number {
  let [agree, against, tiedOne, tiedOther] = [0, 0, 0, 0];
  for (let first = 0; first < one.length; first += 1)
    for (let second = first + 1; second < one.length; second += 1) {
      const [left, right] = [Math.sign((one[first] ?? 0) - (one[second] ?? 0)), Math.sign((other[first] ?? 0) - (other[second] ?? 0))];
      if (left === 0) tiedOne += 1;
      if (right === 0) tiedOther += 1;
      if (left * right > 0) agree += 1;
      if (left * right < 0) against += 1;
    }
  const pairs = (one.length * (one.length - 1)) / 2;
  const scale = Math.sqrt((pairs - tiedOne) * (pairs - tiedOther));
  return scale === 0 ? 0 : rounded((agree - against) / scale);
}

/** Spearman's rho: the correlation of the ranks, where ties share theirs. */
export function spearman(one: readonly number[], other: readonly number[]): number {
  const [left, right] = [ranks(one), ranks(other)];
  const mean = (one.length - 1) / 2;
  const sum = (value: (place: number) => number): number => left.reduce((total, _, place) => total + value(place), 0);
  const spread = Math.sqrt(sum((place) => ((left[place] ?? 0) - mean) ** 2) * sum((place) => ((right[place] ?? 0) - mean) ** 2));
  return spread === 0 ? 0 : rounded(sum((place) => ((left[place] ?? 0) - mean) * ((right[place] ?? 0) - mean)) / spread);
}

function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const same = values.filter((other) => other === value).length;
    return below + (same - 1) / 2;
  });
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
