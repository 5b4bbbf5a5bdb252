import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const MAIN = join(import.meta.dirname, 'main.ts');

let directory: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mle-smith-fake-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

function launch(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } });
  children.push(child);
  return child;
}

async function ask(url: string) {
  const response = await fetch(`${url}/chat/completions`, { method: 'POST', body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x' }] }) });
  return response.text();
}

test.each(['script.json', 'script.ts'])('serves %s, prints its address, and says at its end what it did', async (name) => {
  const script = name === 'script.json' ? '{"rules": [{"steps": [{"content": "by file"}]}]}' : "export default [{ content: 'by file' }];\n";
  await writeFile(join(directory, name), script);
  const child = launch('--script', join(directory, name));
  const [url] = (await once(child.stdout, 'data')).map((chunk) => String(chunk).trim()) as [string];

  const reply = await ask(url);
  child.kill('SIGTERM');

  expect(reply).toContain('"by file"');
  expect(await text(child.stdout)).toMatch(/^1 calls, \d+ tokens read, \d+ written, at most 1 at once\n$/);
});

test.each([
  ['--fault', 'unheard-of'],
  ['--profile', 'unheard-of'],
])('%s with a name that is not known: lists those that are', async (option, name) => {
  const child = launch(option, name);

  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);

  expect(code).toBe(64);
  expect(said).toContain(`there is no ${option.slice(2)} ${name}; there are\n  `);
});
