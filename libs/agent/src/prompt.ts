import { readFile } from 'node:fs/promises';
import { digestOf } from '@mle-smith/package';
import { UNTRUSTED_RULE } from './untrusted.ts';

/** A system prompt, with the digest that verdicts name it by. */
export interface Prompt {
  readonly text: string;
  readonly digest: string;
}

/** Reads the prompt of an agent from its files. Comments (`<!-- … -->`) are the reasons of its rules, and are not sent; the rule on untrusted text is added to each. */
export async function readPrompt(...paths: readonly string[]): Promise<Prompt> {
  const parts = await Promise.all(paths.map(async (path) => (await readFile(path, 'utf8')).replace(/<!--[\s\S]*?-->\n*/g, '').trim()));
  const text = `${[...parts, UNTRUSTED_RULE].join('\n\n')}\n`;
  return { text, digest: digestOf(text) };
}
