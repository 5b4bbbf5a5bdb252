import type { Panel, Row, View } from './board.ts';

/** A place on the grid of a dashboard, in its 24 columns and its lines. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const COLUMNS = 24;
/** As wide as its legend needs, and two or four side by side. */
const SIZES: Readonly<Record<View, Pick<Place, 'w' | 'h'>>> = {
  time: { w: 12, h: 8 },
  bars: { w: 12, h: 8 },
  table: { w: 12, h: 8 },
  number: { w: 6, h: 5 },
};

/** A row with its place, and those of its panels: from left to right, a new line where one does not fit. */
export interface PlacedRow {
  readonly title: string;
  readonly place: Place;
  readonly panels: readonly { readonly panel: Panel; readonly place: Place }[];
}

/** Rows one below the other. */
export function layOut(rows: readonly Row[]): readonly PlacedRow[] {
  let y = 0;
  return rows.map(({ title, panels }) => {
    const place = { x: 0, y, w: COLUMNS, h: 1 };
    let [x, line, height] = [0, y + 1, 0];
    const placed = panels.map((panel) => {
      const { w, h } = SIZES[panel.view];
      if (x + w > COLUMNS) [x, line, height] = [0, line + height, 0];
      const at = { x, y: line, w, h };
      [x, height] = [x + w, Math.max(height, h)];
      return { panel, place: at };
    });
    y = line + height;
    return { title, place, panels: placed };
  });
}
