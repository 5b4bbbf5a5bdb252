import { concealSecrets } from './concealed.ts';
import { LOG_CODES, type LogCode } from './log-codes.ts';
import { Log, type LogOptions } from './log.ts';

function open(level: NonNullable<LogOptions['level']> = 'debug'): {
  readonly log: Log;
  readonly raw: string[];
  readonly lines: () => Record<string, unknown>[];
} {
  const raw: string[] = [];
  const log = Log.open({ service: 'mle-smith-design', version: '0.1.0', level, to: { write: (line: string) => void raw.push(line) } });
  return { log, raw, lines: () => raw.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('Log', () => {
  it('writes one object a line with code, level, message, service, version and what it is about', () => {
    const { log, raw, lines } = open();

    log.about({ task: 'task-1', stage: 'design' }).about({ attempt: 2 }).write('stage.retried', { reason: 'rate' });

    expect(raw.length).toBe(1);
    expect(raw[0]?.endsWith('}\n')).toBe(true);
    expect(lines()[0]).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as unknown,
      service: 'mle-smith-design',
      version: '0.1.0',
      code: 'stage.retried',
      task: 'task-1',
      stage: 'design',
      attempt: 2,
      data: { reason: 'rate' },
      message: LOG_CODES['stage.retried'].says,
    });
  });

  it('cannot write a line without a code of the table', () => {
    const { log } = open();

    // @ts-expect-error The code is not in the table.
    expect(() => log.write('no.such_code')).toThrow(TypeError);
    // @ts-expect-error There is no line without a code.
    expect(() => log.write()).toThrow(TypeError);
  });

  it('leaves out what is below its level', () => {
    const { log, raw } = open('warn');

    log.write('service.ready');
    log.write('store.unreachable');

    expect(raw.length).toBe(1);
  });

  it('keeps whatever untrusted text holds on one line, with nothing that a terminal obeys', () => {
    const { log, raw, lines } = open();
    const hostile = 'one\ntwo\r\u001b[2J\u0000\u009b31m\u202egnp.exe\u2028{"level":"fatal"}\u{e0041}\u061c\ufeff';

    log.write('task.abandoned', { detail: hostile, [hostile]: 1 });

    expect(raw.join('').match(/\n/g)?.length).toBe(1);
    expect(raw[0]?.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u061c\u2028-\u202e\ufeff\u{e0041}]/u);
    expect((lines()[0]?.['data'] as Record<string, unknown>)['detail']).toBe(hostile);
  });

  it('is not stopped by data that cannot be read', () => {
    const { log, lines } = open();
    const trap = {
      get broken(): string {
        throw new Error('no');
      },
    };

    log.write('service.ready', trap);
    log.write('service.ready', { big: 10n });

    expect(lines().map((line) => line['data'])).toEqual([{ big: '10' }]);
  });

  it('shows a secret in none of the forms in which it may come, not even a part of it', () => {
    const secret = 'p@ss w/"rd+1';
    concealSecrets([secret, '8675309', 'short']);
    const { log, raw } = open();
    const base64 = Buffer.from(secret).toString('base64');

    log.write('store.unreachable', {
      error: new Error(`cannot log in at mongodb://user:${encodeURIComponent(secret)}@host`, { cause: new Error(secret) }),
      header: `Basic ${base64}`,
      [secret]: 'as a key',
      cut: `${'x'.repeat(2_040)}${secret}`,
      plain: 'short',
      number: 8_675_309,
    });
    log.about({ request: secret }).write('http.failed');

    const all = raw.join('');
    for (const form of [secret, secret.slice(0, 4), '8675309', encodeURIComponent(secret), base64.slice(0, 12), JSON.stringify(secret).slice(1, -1)])
      expect(all).not.toContain(form);
    expect(all).toContain('[redacted]');
    expect(all).toContain('"short"');
    expect(() => raw.map((line) => JSON.parse(line) as unknown)).not.toThrow();
  });
});

describe('the table of log codes', () => {
  it('has codes of the form area.what, and says for each what it means and what to do', () => {
    const wrong = Object.entries<LogCode>(LOG_CODES).filter(([code, { says, todo }]) => !/^[a-z]+\.[a-z_]+$/.test(code) || says === '' || !todo.endsWith('.'));

    expect(wrong).toEqual([]);
  });

  it('asks for nothing only where nothing is wrong', () => {
    const idle = Object.entries<LogCode>(LOG_CODES).filter(([, { level, todo }]) => (level === 'error' || level === 'fatal') && todo === 'Nothing.');

    expect(idle).toEqual([]);
  });
});
