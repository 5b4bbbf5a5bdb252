import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { costOf, readPrices } from './prices.ts';

describe('a price table', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'prices-'))));
  afterAll(() => rm(folder, { recursive: true }));
  const fileOf = async (text: string): Promise<string> => {
    const path = join(folder, 'prices.json');
    await writeFile(path, text);
    return path;
  };

  it('is read from a file, and empty where none is named', async () => {
    const prices = { large: { input: 2.5, output: 10 } };

    expect(await readPrices(await fileOf(JSON.stringify(prices)))).toEqual(prices);
    expect(await readPrices(undefined)).toEqual({});
  });

  it.each(['{"large": 5}', '{"large": {"input": -1, "output": 1}}', '{"large": {"input": 1, "output": 1, "cached": 0}}', '[]', '{', ''])(
    'is refused with its form where it reads %j',
    async (text) => {
      const path = await fileOf(text);

      await expect(readPrices(path)).rejects.toMatchObject({
        code: 'configuration',
        message: expect.stringMatching(/^the price table cannot be read \[prices=.*\]: .*; it is \{"model"/) as unknown,
      });
    },
  );

  it('is refused where the file is not there', async () => {
    await expect(readPrices(join(folder, 'nothing.json'))).rejects.toMatchObject({ message: expect.stringContaining('ENOENT') as unknown });
  });

  it('knows no price of a model that it does not list, whatever the name', () => {
    const usage = { input: 1_000_000, output: 1 };

    expect([costOf({ large: { input: 2.5, output: 10 } }, 'large', usage), costOf({}, 'large', usage), costOf({}, 'constructor', usage)]).toEqual([
      2_500_010,
      null,
      null,
    ]);
  });
});
