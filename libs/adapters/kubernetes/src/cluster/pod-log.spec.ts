import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { waitFor } from '@mle-smith/tools/testbed';
import { LogWindow } from './pod-log.ts';

const line = (second: number, text: string): string => `2026-03-01T12:00:${String(second).padStart(2, '0')}.123456789Z ${text}\n`;

describe('the kept part of a log', () => {
  it('is the whole of a short one, whatever its pieces', () => {
    const text = Array.from({ length: 50 }, (_, second) => line(second, `line ${second}`)).join('');
    const window = new LogWindow({ head: 100, tail: 10_000 });
    for (let at = 0; at < text.length; at += 7) window.write(Buffer.from(text.slice(at, at + 7)));

    expect(window.text()).toBe(text);
    expect(window.since).toBe('2026-03-01T12:00:49.123456789Z');
  });

  it('is head and tail of a long one, and says how much is left out', () => {
    const window = new LogWindow({ head: 10, tail: 10 });
    window.write(Buffer.from('0123456789'));
    for (let round = 0; round < 100; round += 1) window.write(Buffer.from('abcdefg'));

    expect(window.text()).toBe('0123456789\n[… 690 bytes are left out …]\nefgabcdefg');
  });

  it('takes a flood in constant memory', async () => {
    const window = new LogWindow();
    const piece = Buffer.alloc(65_536, 'x');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 16_384; round += 1) window.write(piece);

    // What is held, not what nobody collected yet: a collection frees buffers a while after it.
    const held = (): number => {
      collect();
      return process.memoryUsage().arrayBuffers - before;
    };
    expect(await waitFor(() => held() < 50 << 20, 10_000)).toBe(true);
    expect(window.text().length).toBeLessThan(1_400_000);
  });

  it('knows the time of its last whole line only', () => {
    const window = new LogWindow();
    window.write(Buffer.from(line(1, 'whole') + line(2, 'cut').slice(0, -1)));

    expect(window.since).toBe('2026-03-01T12:00:01.123456789Z');
  });

  it('keeps bytes that are no text as something', () => {
    const window = new LogWindow();
    window.write(Buffer.from([0x31, 0x00, 0xff, 0x1b, 0x5b, 0x32, 0x4a, 0x0a]));

    expect(window.text()).toBe('1\u0000\ufffd\u001b[2J\n');
    expect(window.since).toBeUndefined();
  });
});
