import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeEnvFile } from './env-file.ts';

describe('the file of a cluster for a shell', () => {
  it('holds its servers and a key as they are, nothing of the process, and is its owner’s alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mle-smith-env-'));
    const path = join(folder, 'a.env');
    writeFileSync(path, '', { mode: 0o644 });
    const settings = {
      KAFKA_TOPIC_PREFIX: 'a.',
      MONGODB_URI: 'mongodb://u:it’s $HOME & `x` \'"@h/a',
      AWS_SECRET_ACCESS_KEY: 's',
      MLE_SMITH_PORT: '0',
      S3_PREFIX: '',
    };

    await writeEnvFile(path, { settings, access: { url: 'http://127.0.0.1:1', key: 'k' } });
    const read = execFileSync('sh', ['-c', 'set -a; . "$1"; exec env -0', 'sh', path], { env: { PATH: process.env['PATH'] }, encoding: 'utf8' });
    const mode = statSync(path).mode & 0o777;
    rmSync(folder, { recursive: true });

    const { MLE_SMITH_PORT: _port, S3_PREFIX: _prefix, ...servers } = settings;
    const variables = Object.fromEntries(
      read
        .split('\0')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
        .filter(([name]) => /^(KAFKA|MONGODB|S3|AWS|MLE_SMITH)_/.test(name ?? '')),
    );
    expect(variables).toEqual({ ...servers, MLE_SMITH_SERVER_KEY: 'k' });
    expect(mode).toBe(0o600);
  });
});
