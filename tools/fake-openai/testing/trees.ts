import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScriptedIdea } from './agents-script.ts';

const ROWS = 1200;

/** What there is to ask of such a table. */
export const TREES: ScriptedIdea = {
  table: 'orchard',
  target: 'yield',
  objective: 'regression',
  positive: null,
  title: 'Yield of apple trees',
  question: 'How many kilograms of apples will a tree bear, given where it stands and how old it is?',
  user: 'a fruit grower',
  decision: 'which trees are replaced before the next season',
  momentOfPrediction: 'In spring, when the place of a tree is known and it has not borne yet.',
  leaveOut: [],
  unseen: [],
  attack: 'Rain gives a part of it; age and soil work together and have to be used.',
};

/** Writes so many small datasets with something to learn in each; gives their folders. */
export async function writeTrees(folder: string, datasets: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: datasets }, async (_, index) => {
      const dataset = join(folder, `orchard-${index + 1}`);
      await mkdir(dataset, { recursive: true });
      await writeFile(
        join(dataset, 'orchard.csv'),
        `rain,sun,age,slope,soil,yield\n${Array.from({ length: ROWS }, (_tree, row) => tree(index, row)).join('\n')}\n`,
      );
      return dataset;
    }),
  );
}

function tree(orchard: number, row: number): string {
  const [rain, sun, age, slope, kind, luck] = Array.from({ length: 6 }, (_, column) => hashed(orchard, row, column)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const soil = ['clay', 'loam', 'sand'][Math.floor(kind * 3)] ?? 'clay';
  const years = 2 + Math.floor(age * 40);
  const fit = { clay: 0.6, loam: 1.2, sand: 0.9 }[soil] ?? 1;
  const kilograms = 20 + 30 * rain + 25 * Math.sin(3 * sun) + fit * years * (2 - years / 30) - 10 * slope * rain + 6 * luck;
  return [Math.round(400 + 600 * rain), Math.round(1200 + 900 * sun), years, (20 * slope).toFixed(1), soil, kilograms.toFixed(1)].join(',');
}

/** A number from 0 to 1 that looks like chance and is the same each time. */
function hashed(...parts: readonly number[]): number {
  return createHash('sha256').update(parts.join(' ')).digest().readUInt32BE() / 2 ** 32;
}
