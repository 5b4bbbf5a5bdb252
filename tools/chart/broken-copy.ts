import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHART } from './render.ts';

/** Calls `use` with a copy of the chart in which a text stands in the place of another one; to see that a gate finds it. Throws where the file lacks the text. */
export async function withBrokenCopy<Result>(file: string, text: string, instead: string, use: (chart: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'chart-'));
  try {
    const chart = join(folder, 'mle-smith');
    await cp(CHART, chart, { recursive: true });
    const whole = await readFile(join(chart, file), 'utf8');
    if (!whole.includes(text)) throw new Error(`the chart's file lacks the text that is to be broken [file=${file}, text=${text}]`);
    await writeFile(
      join(chart, file),
      whole.replace(text, () => instead),
    );
    return await use(chart);
  } finally {
    await rm(folder, { recursive: true });
  }
}
