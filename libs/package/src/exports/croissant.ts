import { METRICS, type MetricName } from '@mle-smith/contracts';
import { canonicalJson } from '../canonical-json.ts';
import { columnTypes, type CellType } from './column-types.ts';
import { parseCsv, type CsvTable } from './csv-table.ts';
import { copies, readme, TEST, textOf, TRAIN, type ExportFile, type ExportSource, type ExportTarget } from './export-source.ts';
import { exportedText, leakComplaints, listComplaints } from './file-list.ts';

/** The JSON-LD context of Croissant 1.0 with the terms that are used here, and PROV. */
const CONTEXT = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileProperty: 'cr:fileProperty',
  fileObject: 'cr:fileObject',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  prov: 'http://www.w3.org/ns/prov#',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
};

const TYPES: Readonly<Record<CellType, string>> = { integer: 'sc:Integer', number: 'sc:Float', text: 'sc:Text' };
const ENCODINGS: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  txt: 'text/plain',
  json: 'application/json',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  wav: 'audio/wav',
  flac: 'audio/flac',
  parquet: 'application/vnd.apache.parquet',
};

function files(source: ExportSource): readonly ExportFile[] {
  return [
    readme(
      source,
      'Croissant',
      '`croissant.json` describes the public files in `data/`; the answers of the test rows are no part of it. `task.json` states the problem to solve with them.',
    ),
    { path: 'croissant.json', text: canonicalJson(metadata(source)) },
    { path: 'task.json', text: canonicalJson(problem(source)) },
    ...copies(source, 'data/public/', 'data/'),
  ];
}

function metadata(source: ExportSource): unknown {
  const { manifest } = source;
  const { dataset, licence } = manifest;
  const tables: Readonly<Record<string, CsvTable>> = { train: parseCsv(textOf(source, TRAIN)), test: parseCsv(textOf(source, TEST)) };
  const types = columnTypes(Object.values(tables));
  const published = source.paths.filter((path) => path.startsWith('data/public/'));
  const fileIds = distinctIds(published.map((path) => path.slice('data/public/'.length)));
  const fieldIds = distinctIds(Object.keys(types));
  const meanings = new Map([
    ...manifest.columns.map((column): [string, string] => [column.name, column.description]),
    [manifest.target.name, manifest.target.description || 'the target'],
    [manifest.submission.id, 'identifier of the row; carries no information'],
  ]);
  return {
    '@context': CONTEXT,
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    name: manifest.id,
    description: `${manifest.title}. ${manifest.question.question}`,
    version: '1.0.0',
    license: licence.url ?? licence.text,
    url: webAddress(dataset.origin) ?? `urn:mle-smith:${manifest.id}`,
    citeAs: `${dataset.title}${dataset.origin === undefined ? '' : `. ${dataset.origin}`}`,
    identifier: manifest.revision,
    'prov:wasDerivedFrom': {
      '@id': `urn:${dataset.digest}`,
      '@type': 'prov:Entity',
      'prov:label': dataset.title,
      ...(dataset.origin === undefined ? {} : { 'prov:atLocation': dataset.origin }),
    },
    'prov:wasGeneratedBy': { '@type': 'prov:Activity', 'prov:label': `utils/prepare.py of the package ${manifest.id}` },
    distribution: published.map((path) => fileObject(source, path, fileIds)),
    recordSet: Object.entries(tables).map(([name, table]) => ({
      '@type': 'cr:RecordSet',
      '@id': name,
      name,
      description: name === 'train' ? `${table.rows.length} rows with the target` : `${table.rows.length} rows without the target`,
      key: { '@id': `${name}/${fieldIds.get(manifest.submission.id) ?? ''}` },
      field: table.columns.map((column) => ({
        '@type': 'cr:Field',
        '@id': `${name}/${fieldIds.get(column) ?? ''}`,
        name: column,
        description: meanings.get(column) || column,
        dataType: TYPES[types[column] ?? 'text'],
        source: { fileObject: { '@id': `${name}.csv` }, extract: { column } },
      })),
    })),
  };
}

/** Ids for names, each once: readers of Croissant take no spaces and few signs in them. */
function distinctIds(names: readonly string[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    const plain = name.replace(/[^A-Za-z0-9_./-]+/g, '_');
    let id = plain;
    for (let count = 2; taken.has(id); count += 1) id = `${plain}_${count}`;
    taken.add(id);
    ids.set(name, id);
  }
  return ids;
}

function fileObject({ manifest }: ExportSource, path: string, ids: ReadonlyMap<string, string>): unknown {
  const name = path.slice('data/public/'.length);
  const listed = manifest.files.find((file) => file.path === path);
  return {
    '@type': 'cr:FileObject',
    '@id': ids.get(name) ?? '',
    name,
    contentUrl: `data/${name}`,
    contentSize: `${listed?.bytes ?? 0} B`,
    encodingFormat: ENCODINGS[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream',
    sha256: listed?.sha256 ?? '',
  };
}

/** The problem in words of schema.org: what is asked, with which inputs, in which form, and how it is measured. */
function problem({ manifest }: ExportSource): unknown {
  const { metric, submission } = manifest;
  return {
    '@context': { '@vocab': 'https://schema.org/', cr: 'http://mlcommons.org/croissant/' },
    '@type': 'Action',
    name: manifest.title,
    description: manifest.question.question,
    object: { '@id': 'croissant.json' },
    additionalType: manifest.objective,
    'target-field': { '@type': 'cr:Field', name: manifest.target.name },
    instrument: [{ '@id': 'train' }, { '@id': 'test' }],
    result: { name: 'submission.csv', encodingFormat: 'text/csv', variableMeasured: submission.columns.map(({ name, kind }) => ({ name, description: kind })) },
    measurementTechnique: { name: metric.name, description: METRICS[metric.name as MetricName].formula, direction: metric.direction, optimum: metric.optimum },
  };
}

function webAddress(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /https?:\/\/[^\s)>,]+/.exec(text)?.[0];
}

interface Described {
  readonly distribution?: readonly { '@id'?: string; contentUrl?: string; sha256?: string }[];
  readonly recordSet?: readonly { '@id'?: string; field?: readonly { name?: string }[] }[];
}

function complaints(found: readonly ExportFile[], source: ExportSource): readonly string[] {
  const text = exportedText(found, source, 'croissant.json');
  const { distribution = [], recordSet = [] } = JSON.parse(text) as Described;
  const digests = new Map(source.manifest.files.map((file) => [file.path.replace('data/public/', 'data/'), file.sha256]));
  const shipped = found.filter((file) => file.path.startsWith('data/')).map((file) => file.path);
  const listed = new Set(distribution.map((file) => file.contentUrl));
  return [
    ...listComplaints(found, ['croissant.json', 'task.json', 'data/train.csv', 'data/test.csv', 'data/sample_submission.csv', 'data/description.txt']),
    ...leakComplaints(found, source, ''),
    ...(/test_answer|data\/private/.test(text) ? ['croissant.json names private files'] : []),
    ...shipped.filter((path) => !listed.has(path)).map((path) => `croissant.json does not list ${path}`),
    ...distribution
      .filter((file) => !/^[0-9a-f]{64}$/.test(file.sha256 ?? '') || digests.get(file.contentUrl ?? '') !== file.sha256)
      .map((file) => `the digest of ${file['@id'] ?? ''} is wrong`),
    ...['train', 'test']
      .filter((name) => !recordSet.some((set) => set['@id'] === name && (set.field?.length ?? 0) > 0))
      .map((name) => `croissant.json lacks the record set ${name}`),
    ...(text.includes('"prov:wasDerivedFrom"') ? [] : ['croissant.json does not say where the data comes from']),
  ];
}

export const CROISSANT: ExportTarget = { summary: 'croissant.json with the public files, their digests, record sets and provenance', files, complaints };
