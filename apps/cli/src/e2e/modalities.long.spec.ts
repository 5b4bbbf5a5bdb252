import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { RunReport, VerifyReport } from '@mle-smith/contracts';
import { madeRun } from '../testing/made-run.ts';
import { chance } from '../testing/made-tables.ts';
import { picture, recording } from '../testing/pictures.ts';
import { EXAMPLES, runCli, type CliResult } from '../testing/run-cli.ts';

const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;
const PYTHON = join(EXAMPLES, '..', '.cache', 'venv', 'bin', 'python');
const { place, out, dataset, manifestOf } = madeRun();
let run: CliResult;
let report: RunReport;

/** Faint stripes of three directions in noise; every fifth picture is of another class than it looks. */
function stripes(): string {
  const at = dataset('stripes', { 'README.md': '# Stripes\n\nPictures of fabrics by the direction of their stripes.\n' });
  const next = chance(5);
  for (const [kind, label] of ['across', 'down', 'slanted'].entries()) {
    mkdirSync(join(at, label));
    for (let index = 0; index < 90; index += 1) {
      const [seen, phase] = [index % 5 === 0 ? (kind + 1) % 3 : kind, Math.floor(8 * next())];
      const shade = (row: number, column: number): number => {
        const along = seen === 0 ? row : seen === 1 ? column : row + column;
        return 100 + Math.floor(60 * next()) + ((along + phase) % 8 < 4 ? 60 : 0);
      };
      writeFileSync(join(at, label, `cloth_${kind}${index}.png`), picture(32, shade, `the answer is ${label}`));
    }
  }
  return at;
}

/** Two words of six speakers in noise, told by pitch; every speaker has a pitch of their own. */
function words(): string {
  const at = dataset('words', { 'README.md': '# Words\n\nFiles are named `{wordLabel}_{speaker}_{take}.wav`.\n' });
  const next = chance(7);
  mkdirSync(join(at, 'sounds'));
  for (const [speaker, name] of ['ann', 'bob', 'cyd', 'dan', 'eve', 'fay'].entries())
    for (const [word, label] of ['no', 'yes'].entries())
      for (let take = 0; take < 30; take += 1) {
        const pitch = 500 + 400 * (take % 6 === 0 ? 1 - word : word) + 40 * speaker;
        const samples = Array.from({ length: 1_600 }, (_, step) => 4_000 * Math.sin((2 * Math.PI * pitch * step) / 8_000) + 6_000 * (next() - 0.5));
        writeFileSync(join(at, 'sounds', `${label}_${name}_${take}.wav`), recording(samples, `the answer is ${label}`));
      }
  return at;
}

/** Repairs in a database, each of a machine of some make; what a repair costs depends on the make. */
function workshop(): string {
  const at = dataset('workshop', { 'README.md': '# Workshop\n\n- cost: what the repair cost, known when it is done\n' });
  const database = new DatabaseSync(join(at, 'workshop.sqlite'));
  const next = chance(9);
  database.exec(
    'CREATE TABLE Make (MakeId INTEGER PRIMARY KEY, Country TEXT, Grade INTEGER); CREATE TABLE Machine (MachineId INTEGER PRIMARY KEY, MakeId INTEGER, Age REAL, Power REAL)',
  );
  database.exec('CREATE TABLE Repair (RepairId INTEGER PRIMARY KEY, MachineId INTEGER, Hours REAL, Parts INTEGER, Urgent TEXT, Cost REAL)');
  for (let make = 1; make <= 12; make += 1) database.prepare('INSERT INTO Make VALUES (?, ?, ?)').run(make, ['NO', 'SE', 'DK'][make % 3] ?? '', make % 5);
  for (let machine = 1; machine <= 400; machine += 1)
    database
      .prepare('INSERT INTO Machine VALUES (?, ?, ?, ?)')
      .run(machine, 1 + (machine % 12), Number((20 * next()).toFixed(2)), Math.round(50 + 200 * next()));
  for (let repair = 1; repair <= 1_200; repair += 1) {
    const [machine, hours, parts] = [1 + Math.floor(400 * next()), Number((8 * next()).toFixed(2)), Math.floor(6 * next())];
    const cost = 40 * hours + 30 * parts + 60 * ((1 + (machine % 12)) % 5) + 150 * next();
    database.prepare('INSERT INTO Repair VALUES (?, ?, ?, ?, ?, ?)').run(repair, machine, hours, parts, next() < 0.3 ? 'yes' : 'no', Number(cost.toFixed(2)));
  }
  database.close();
  return at;
}

/** Signals of two kinds, one CSV each, zipped together with the table of their labels. */
function signals(): string {
  const at = dataset('signals', { 'README.md': '# Signals\n\nOne file a sequence.\n' });
  const next = chance(13);
  const loose = join(place, 'loose');
  mkdirSync(join(loose, 'data'), { recursive: true });
  const labels = ['#sequence_ID, class_label'];
  for (let number = 1; number <= 260; number += 1) {
    const label = number % 2;
    labels.push(`${number},${label}`);
    const pace = (number % 7 === 0 ? 1 - label : label) === 1 ? 2.2 : 3.4;
    const phase = 6 * next();
    const rows = Array.from(
      { length: 40 + (label === 1 ? 8 : 0) + (number % 5) },
      (_, step) => `${(Math.sin(step / pace + phase) + 1.2 * next()).toFixed(4)},${next().toFixed(4)}`,
    );
    writeFileSync(join(loose, 'data', `walk_${number}.csv`), `#a, b\n${rows.join('\n')}\n`);
  }
  writeFileSync(join(loose, 'data', 'target.csv'), `${labels.join('\n')}\n`);
  execFileSync(PYTHON, ['-m', 'zipfile', '-c', join(at, 'signals.zip'), join(loose, 'data')]);
  return at;
}

beforeAll(async () => {
  run = await runCli(['run', stripes(), words(), workshop(), signals(), '--out', out, '--json']);
  report = RunReport.parse(JSON.parse(run.stdout || '{}'));
}, 600_000);

suite('a run over pictures, recordings, a database and an archive of sequences', () => {
  it('verifies a task of each', () => {
    expect(run.stderr).toBe('');
    expect(report.tasks.map(({ id, state, code }) => [id, state, code ?? ''])).toEqual([
      ['signals--class-label', 'verified', ''],
      ['stripes--label', 'verified', ''],
      // Every speaker has a pitch of their own.
      ['words--speaker', 'abandoned', 'trivial'],
      ['words--wordlabel', 'verified', ''],
      ['workshop--repair-cost', 'verified', ''],
    ]);
    expect(report.tasks.filter(({ state }) => state === 'verified').map(({ id }) => manifestOf(id).modality)).toEqual([
      'timeseries',
      'image',
      'audio',
      'tabular',
    ]);
  });

  it('leaves nothing in names and tags of files that tells the answer', () => {
    for (const [id, kind] of [
      ['stripes--label', 'png'],
      ['words--wordlabel', 'wav'],
    ] as const)
      for (const side of ['train', 'test']) {
        const at = join(out, 'tasks', id, 'data', 'public', side);
        const names = readdirSync(at);
        expect(names.filter((name) => !new RegExp(`^\\d+\\.${kind}$`).test(name))).toEqual([]);
        expect(names.filter((name) => readFileSync(join(at, name)).includes('the answer is'))).toEqual([]);
      }
  });

  it('keeps all recordings of a speaker on one side and tells the scores of each', () => {
    expect(manifestOf('words--wordlabel').split).toMatchObject({ kind: 'group', column: 'speaker' });
    const verdict = JSON.parse(readFileSync(join(out, 'tasks', 'words--wordlabel', 'verification', 'execute.json'), 'utf8')) as {
      rules: { id: string; measurement: { entities?: Record<string, number> } }[];
    };
    expect(Object.keys(verdict.rules.find((rule) => rule.id === 'X02')?.measurement.entities ?? {}).length).toBeGreaterThanOrEqual(2);
  });

  it('makes sequences equally long, so that their length tells nothing', () => {
    const at = join(out, 'tasks', 'signals--class-label', 'data', 'public', 'train');
    const lengths = new Set(readdirSync(at).map((name) => readFileSync(join(at, name), 'utf8').split('\n').length));

    expect([...lengths]).toEqual([42]);
  });

  it('brings the properties of machine and make into the question of what a repair costs', () => {
    const raw = manifestOf('workshop--repair-cost').columns.map((column) => column.raw);

    expect(raw).toEqual(expect.arrayContaining(['Hours', 'Parts', 'Machine_Age', 'Machine_Power', 'Make_Grade']));
    expect(raw).not.toContain('RepairId');
  });

  it('makes packages that pass verify from the outside, raw files and all', async () => {
    const verified = await runCli(['verify', ...['signals--class-label', 'stripes--label'].map((id) => join(out, 'tasks', id)), '--json']);
    const { packages } = VerifyReport.parse(JSON.parse(verified.stdout));

    expect(packages.map((entry) => entry.findings.filter((finding) => finding.severity === 'block'))).toEqual([[], []]);
    expect(verified.code).toBe(0);
  }, 300_000);
});
