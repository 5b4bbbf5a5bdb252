import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { Source } from '@mle-smith/contracts';
import { slug } from '@mle-smith/task';

const text = z.string().trim().min(1).max(2_000);
const Loose = z
  .object({ id: text, title: text, origin: text, licence: text, license: text, licence_url: text, retrieved: text, modality: text })
  .partial()
  .catch({});

/** What `source.json` says, with the folder's name where it says nothing; a broken one counts as absent. */
export async function readSource(folder: string): Promise<Source> {
  const said = Loose.parse(
    await readFile(join(folder, 'source.json'), 'utf8')
      .then(
        (content) => JSON.parse(content) as unknown,
        () => ({}),
      )
      .catch(() => ({})),
  );
  const name = basename(resolve(folder));
  const { license, ...known } = said;
  const licence = known.licence ?? license;
  return Source.parse({ ...known, id: slug(known.id ?? name, 'dataset', 50), title: known.title ?? name, ...(licence === undefined ? {} : { licence }) });
}

/** Licences under which data may be passed on, as they are written in the wild. */
const REDISTRIBUTABLE = /\b(cc0|cc-by(-sa)?(-\d|\b)|public domain|pddl|odbl|odc-by|mit|apache|bsd|isc|a?gpl|lgpl|mpl|unlicen[cs]e)\b/i;
const RESTRICTED = /\b(nc|nd|non-?commercial|unknown|not checked|believed|research|academic|proprietary|all rights reserved)\b/i;

/** True only where the licence text plainly allows redistribution. */
export function isRedistributable(licence: string | undefined): boolean {
  return licence !== undefined && REDISTRIBUTABLE.test(licence) && !RESTRICTED.test(licence);
}
