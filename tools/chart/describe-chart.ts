import { missingPrograms } from './programs.ts';

/** A `describe` that runs Helm, or one skipped test that says how to get it. Used with a top-level `await`. */
export async function describeChart(title: string, suite: () => void): Promise<void> {
  const missing = await missingPrograms();
  describe(title, () => {
    if (missing.length === 0) suite();
    else it.skip(`needs the programs of chart (${missing.join(', ')}): \`npm run chart\` builds them in some minutes`, () => undefined);
  });
}
