import type { Dataset } from '@mle-smith/contracts';

/** ATTRIBUTION: where the data comes from and on what terms. */
export function attributionText(dataset: Dataset): string {
  const { source } = dataset;
  return [
    `Dataset: ${line(source.title)}`,
    `Origin: ${line(source.origin ?? 'not stated')}`,
    `Licence: ${line(source.licence ?? 'not stated')}${source.licence_url === undefined ? '' : ` (${line(source.licence_url)})`}`,
    ...(source.retrieved === undefined ? [] : [`Retrieved: ${line(source.retrieved)}`]),
    `Digest of the raw files: ${dataset.digest}`,
    dataset.redistributable
      ? 'The files under data/ were made from the raw files in raw/ by utils/prepare.py.'
      : 'The licence does not allow the data to be passed on: share this package without data/; utils/prepare.py makes data/ from the raw files that raw.txt lists.',
    '',
  ].join('\n');
}

/** raw.txt: the recipe that stands in for raw files that may not be passed on. */
export function recipeText(dataset: Dataset): string {
  return [
    `# Raw files of ${line(dataset.source.title)}; get them from: ${line(dataset.source.origin ?? 'the owner of the dataset')}`,
    '# sha256 bytes path',
    ...dataset.files.map((file) => `${file.sha256} ${file.bytes} ${file.path}`),
    '',
  ].join('\n');
}

function line(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}
