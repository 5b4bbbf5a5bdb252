import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { Source } from '@mle-smith/contracts';
import { slug } from '@mle-smith/task';

const text = z.string().trim().min(1).max(2_000);
const Loose = z
  .object({ id: text, title: text, origin: text, licence: text, license: text, licence_url: text, retrieved: text, modality: text })
  .partial()
  .catch({});

/** Ours have some hundred; all of it is read into memory, outside of any sandbox. */
const LARGEST_BYTES = 1024 * 1024;

/** What `source.json` says, with the folder's name where it says nothing; a broken or large one counts as absent. */
export async function readSource(folder: string): Promise<Source> {
  const path = join(folder, 'source.json');
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  const said = Loose.parse(
    await readFile(size > LARGEST_BYTES ? '' : path, 'utf8')
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
const REDISTRIBUTABLE =
  /\b(cc0|cc[ -]by([ -]sa)?|creative commons (zero|attribution([ -]share[ -]?alike)?)|public domain|pddl|odbl|odc-by|ogl|mit|apache|bsd|isc|a?gpl|lgpl|mpl|unlicen[cs]e)\b/gi;
/** Words that take back, narrow or doubt what a licence's name grants. */
const RESTRICTED =
  /\b(n[cd]|non-?commercial|no-?deriv\w*|not?|non|never|without|only|except|unless|but|unknown|unclear|believed|research|academic|educational?|personal|internal|private|confidential|proprietary|permission|request|ask|code|software|all rights reserved)\b/i;
/** Words that may stand beside the name of a licence and change nothing. */
const NEUTRAL =
  /\b(the|a|an|licen[cs]ed?|under|version|by|or|and|any|later|clause|international|universal|generic|unported|dedication|deed|part of r|v?\d+(\.\d+)*)\b/gi;

/** True only where the whole licence text plainly allows redistribution; what is not understood allows nothing. */
export function isRedistributable(licence: string | undefined): boolean {
  if (licence === undefined || RESTRICTED.test(licence)) return false;
  const said = licence.replace(/\([^()]*\)/g, ' ');
  const rest = said.replace(REDISTRIBUTABLE, ' ').replace(NEUTRAL, ' ');
  return rest !== said && said.match(REDISTRIBUTABLE) !== null && !/[\p{L}\p{N}]/u.test(rest);
}
