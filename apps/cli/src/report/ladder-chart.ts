import { escapeHtml } from './escape.ts';

const WIDTH = 520;
const ROW = 24;
const LABEL = 190;
const COLOURS: Readonly<Record<string, string>> = { trivial: '#9aa5b1', simple: '#7fb2e5', standard: '#3f7fc1', strong: '#1d4f86', agent: '#c77d2e' };

/** A bar of the chart: a rung, or what stands beside the ladder. */
export interface Bar {
  readonly name: string;
  readonly kind: string;
  readonly score: number;
  readonly standardError: number;
}

/** A horizontal bar for each score with a whisker of ± one standard error, as SVG. */
export function ladderChart(scores: readonly Bar[]): string {
  const low = Math.min(0, ...scores.map((rung) => rung.score - rung.standardError));
  const high = Math.max(...scores.map((rung) => rung.score + rung.standardError), low + 1e-9);
  const x = (score: number): number => LABEL + ((score - low) / (high - low)) * (WIDTH - LABEL - 70);
  const bars = scores.map((rung, row) => {
    const y = row * ROW;
    const [start, end] = [Math.min(x(0 < low ? low : 0), x(rung.score)), Math.max(x(0 < low ? low : 0), x(rung.score))];
    return (
      `<text x="0" y="${y + 16}">${escapeHtml(rung.name)} <tspan class="kind">${escapeHtml(rung.kind)}</tspan></text>` +
      `<rect x="${start.toFixed(1)}" y="${y + 4}" width="${Math.max(1, end - start).toFixed(1)}" height="${ROW - 9}" fill="${COLOURS[rung.kind] ?? '#888'}"/>` +
      `<line x1="${x(rung.score - rung.standardError).toFixed(1)}" x2="${x(rung.score + rung.standardError).toFixed(1)}" y1="${y + 11.5}" y2="${y + 11.5}" class="whisker"/>` +
      `<text x="${(x(rung.score + rung.standardError) + 6).toFixed(1)}" y="${y + 16}">${rung.score}</text>`
    );
  });
  return `<svg class="ladder" viewBox="0 0 ${WIDTH} ${scores.length * ROW + 4}" role="img" aria-label="scores of the baseline ladder">${bars.join('')}</svg>`;
}
