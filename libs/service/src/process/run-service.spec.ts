import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Longest that a process may live on without its consumer, ms (platform KB-3). */
const LIVES_ON_MS = 5_000;

const SERVICE = join(import.meta.dirname, 'run-service.ts');
const SETTINGS = join(import.meta.dirname, '../settings.ts');

/** Ends a process whose work, and whose servers, do not let go of it; gives its code and how long it took from the fault on. */
async function endedBy(fault: string): Promise<{ readonly code: unknown; readonly inTime: boolean; readonly output: string }> {
  const program = `
    import { runService } from ${JSON.stringify(SERVICE)};
    import { PROCESS_SETTINGS } from ${JSON.stringify(SETTINGS)};
    await runService('any', PROCESS_SETTINGS, async ({ fail, atEnd }) => {
      atEnd('mongodb', () => new Promise(() => undefined));
      atEnd('kafka', () => new Promise(() => undefined));
      setTimeout(() => { console.log('now'); ${fault} }, 10);
      await new Promise(() => undefined);
    });`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part));
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  const late = setTimeout(() => child.kill('SIGKILL'), LIVES_ON_MS);
  const [code, signal] = (await exit) as [number | null, string | null];
  clearTimeout(late);
  return { code, inTime: signal === null, output };
}

describe('a service that a fault ends', () => {
  it.each([
    ['its consumer is gone for good', `fail(new Error('the consumer has ended'));`],
    ['nobody caught an error', `throw new Error('the consumer has ended');`],
  ])(
    'is gone within moments, with 1 and the reason, whatever is in hand: %s',
    async (_, fault) => {
      const { code, inTime, output } = await endedBy(fault);

      expect({ code, inTime }).toEqual({ code: 1, inTime: true });
      expect(output).toMatch(/service\.failed.*the consumer has ended/);
    },
    30_000,
  );
});
