/** A seeded stream of numbers in [0, 1): the same on every machine. */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Rows of flats with a price that follows from size, rooms and district, with noise: an honest regression table. */
export function flats(rows: number, seed = 1): { readonly header: string[]; readonly rows: string[][] } {
  const next = chance(seed);
  const made = Array.from({ length: rows }, (_, index) => {
    const size = Math.round((30 + 100 * next()) * 10) / 10;
    const rooms = 1 + Math.floor(5 * next());
    const district = ['north', 'south', 'east', 'west', 'old town'][Math.floor(5 * next())] ?? 'north';
    const built = 1900 + Math.floor(120 * next());
    const lift = next() < 0.5 ? 'yes' : 'no';
    const price = Math.round(
      1500 * size + 9000 * rooms + (district === 'old town' ? 40_000 : 0) + 60 * (built - 1900) + 30_000 * (next() + next() + next() - 1.5),
    );
    return [`F${index}`, String(size), String(rooms), district, String(built), lift, String(price)];
  });
  return { header: ['flat', 'size_m2', 'rooms', 'district', 'built', 'lift', 'price'], rows: made };
}

/** Calls of a bank in the shape of a well-known table: `duration` all but tells the outcome, and macro columns move by month. */
export function bankCalls(rows: number, seed = 2): { readonly header: string[]; readonly rows: string[][] } {
  const next = chance(seed);
  const pick = (values: readonly string[]): string => values[Math.floor(values.length * next())] ?? '';
  const made = Array.from({ length: rows }, () => {
    const month = Math.floor(12 * next());
    const age = 20 + Math.floor(50 * next());
    const previous = next() < 0.2 ? 1 : 0;
    const poutcome = previous === 0 ? 'nonexistent' : pick(['success', 'failure']);
    const euribor = (1 + 0.3 * month).toFixed(3);
    const wish = -2.2 + (poutcome === 'success' ? 2.2 : 0) + (age > 60 ? 0.9 : 0) - 0.12 * month + (next() - 0.5);
    const yes = next() < 1 / (1 + Math.exp(-wish));
    const duration = Math.round((yes ? 550 : 180) * (0.6 + 0.8 * next()));
    return [
      String(age),
      pick(['admin.', 'services', 'retired', 'student']),
      pick(['married', 'single', 'divorced']),
      pick(['yes', 'no', 'unknown']),
      ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'][month] ?? '',
      String(duration),
      String(1 + Math.floor(6 * next())),
      String(previous),
      poutcome,
      (90 + 0.4 * month).toFixed(3),
      euribor,
      yes ? 'yes' : 'no',
    ];
  });
  return {
    header: ['age', 'job', 'marital', 'housing', 'month', 'duration', 'campaign', 'previous', 'poutcome', 'cons.price.idx', 'euribor3m', 'y'],
    rows: made,
  };
}

/** Samples of field plots: soil is measured once a plot and each plot has its own luck, so that a plot gives its rows away. */
export function plots(rows: number, seed = 3): { readonly header: string[]; readonly rows: string[][] } {
  const next = chance(seed);
  const grounds = Array.from({ length: Math.floor(rows / 6) }, () => ({
    acid: (4 + 4 * next()).toFixed(4),
    slope: (20 * next()).toFixed(4),
    luck: 30 * next(),
  }));
  const made = Array.from({ length: rows }, (_, index) => {
    const plot = Math.floor(index / 6);
    const { acid = '', slope = '', luck = 0 } = grounds[plot] ?? {};
    const water = Math.round(100 * next()) / 10;
    const seeds = 20 + Math.floor(60 * next());
    return [
      String(1000 + 7 * plot),
      acid,
      slope,
      String(water),
      String(seeds),
      ['wheat', 'barley', 'oats'][Math.floor(3 * next())] ?? '',
      (luck + 2 * water + 0.2 * seeds + 4 * next()).toFixed(2),
    ];
  });
  return { header: ['plot_number', 'soil_acid', 'slope', 'water', 'seeds', 'crop', 'yield'], rows: made };
}

/** CSV text of a table. */
export function csv(table: { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] }, delimiter = ','): string {
  const cell = (text: string): string => (/["\n\r]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${[table.header, ...table.rows].map((row) => row.map(cell).join(delimiter)).join('\n')}\n`;
}
