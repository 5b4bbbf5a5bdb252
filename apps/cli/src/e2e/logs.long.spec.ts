import { probeSandbox } from '@mle-smith/adapter-sandbox';
import { RunReport } from '@mle-smith/contracts';
import { madeRun } from '../testing/made-run.ts';
import { chance } from '../testing/made-tables.ts';
import { runCli } from '../testing/run-cli.ts';

const suite = (await probeSandbox()).mode === 'process' ? describe.skip : describe;
const { out, dataset, manifestOf, textOf } = madeRun();
let report: RunReport;
let stderr = '';

const two = (number: number): string => String(number).padStart(2, '0');

/** Transfers of a file server, each a session of one process: whether one is cut off follows from how it began, with chance. */
function transfers(): string {
  const next = chance(3);
  const lines: string[] = [];
  for (let session = 0; session < 900; session += 1) {
    const second = session * 31;
    const stamp = (after: number): string => {
      const at = second + after;
      return `Mar ${String(3 + Math.floor(at / 86_400)).padStart(2)} ${two(Math.floor(at / 3_600) % 24)}:${two(Math.floor(at / 60) % 60)}:${two(at % 60)} files ftpd[${2_000 + session}]:`;
    };
    const [secure, large] = [next() < 0.5, next() < 0.5];
    const cut = next() < 0.1 + (secure ? 0 : 0.3) + (large ? 0.4 : 0);
    lines.push(
      `${stamp(0)} connect from 10.0.${session % 7}.${Math.floor(250 * next())} by ${secure ? 'TLS' : 'plain'} wants ${large ? 'archive.tar' : 'notes.txt'}`,
    );
    lines.push(`${stamp(2)} login of user${Math.floor(40 * next())} accepted`);
    lines.push(`${stamp(4)} ${cut ? 'transfer was aborted by the peer' : `sent ${Math.floor(9_000 * next())} bytes and closed`}`);
  }
  return dataset('transfers', { 'ftp.log': `${lines.join('\n')}\n` });
}

/** Requests to a web server whose answers follow from what is asked for by whom, with chance. */
function requests(): string {
  const next = chance(4);
  const lines = Array.from({ length: 1_600 }, (_, index) => {
    const path = ['/', '/shop', '/admin', '/old', '/api/items', '/img/a.png', '/wp-login.php'][Math.floor(7 * next())] ?? '/';
    const robot = next() < 0.3;
    const refused = next() < (path === '/admin' || path === '/wp-login.php' ? 0.8 : 0.05) + (robot ? 0.15 : 0);
    const status = refused ? 403 : path === '/old' && next() < 0.8 ? 301 : 200;
    const time = `0${3 + Math.floor(index / 1_440)}/Mar/2024:${two(Math.floor(index / 60) % 24)}:${two(index % 60)}:00 +0000`;
    const agent = robot ? 'searchbot/2.1' : `Mozilla/5.0 (rv:${90 + Math.floor(9 * next())})`;
    return `10.1.${Math.floor(30 * next())}.7 - - [${time}] "GET ${path} HTTP/1.1" ${status} ${status === 200 ? 500 + Math.floor(4_000 * next()) : 162} "-" "${agent}"`;
  });
  return dataset('requests', { 'access.log': `${lines.join('\n')}\n` });
}

beforeAll(async () => {
  const run = await runCli(['run', transfers(), requests(), '--out', out, '--json']);
  stderr = run.stderr;
  report = RunReport.parse(JSON.parse(run.stdout || '{}'));
}, 600_000);

suite('a run over logs', () => {
  it('verifies how sessions end and how a server answers', () => {
    expect(stderr).toBe('');
    const verified = report.tasks.filter(({ state }) => state === 'verified').map(({ id }) => id);

    expect(verified).toEqual(expect.arrayContaining(['transfers--log-sessions-ending', 'requests--log-requests-status-class']));
    expect(verified.map((id) => manifestOf(id).modality)).toEqual(verified.map(() => 'log'));
  });

  it('predicts the future from the past', () => {
    expect(manifestOf('transfers--log-sessions-ending').split).toMatchObject({ kind: 'temporal', column: 'time' });
  });

  it('shows how a session begins and nothing of what became of it', () => {
    const test = textOf('transfers--log-sessions-ending', 'public/test.csv');

    expect(test).toContain('connect from 10.0.');
    expect(test).not.toMatch(/login of|aborted|closed/);
  });

  it('tells neither the size of an answer nor its status to those who predict it', () => {
    const [header = ''] = textOf('requests--log-requests-status-class', 'public/test.csv').split('\n');

    expect(header.split(',')).toEqual(expect.arrayContaining(['path', 'agent']));
    expect(header).not.toMatch(/status|bytes/);
  });
});
