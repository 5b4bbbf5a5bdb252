import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The page whose commands are walked through. */
export const PAGE = join(import.meta.dirname, '../../../docs/operations/kubernetes.md');

/** What a page tells its reader to type: a command, or a shell function with its calls below it. */
export interface PageCommand {
  /** The heading that it stands below. */
  readonly section: string;
  readonly text: string;
}

/** Every command of the page in its order: the lines of its indented blocks, without what is said behind them. Blocks that begin as YAML are values. */
export async function pageCommands(page = PAGE): Promise<readonly PageCommand[]> {
  return commandsOf(await readFile(page, 'utf8'));
}

/** The commands of a text in Markdown. */
export function commandsOf(markdown: string): readonly PageCommand[] {
  const commands: PageCommand[] = [];
  let section = '';
  let begun: string[] | undefined;
  let values = false;
  let inside = false;
  for (const line of markdown.split('\n')) {
    section = /^#+ (.*)$/.exec(line)?.[1] ?? section;
    const typed = /^ {4}(.*)$/.exec(line)?.[1];
    if (typed !== undefined && !inside) values = typed.endsWith(':');
    inside = typed !== undefined;
    if (values && inside) continue;
    if (begun !== undefined) {
      begun.push(typed ?? '');
      if (typed === '}') {
        commands.push({ section, text: begun.join('\n') });
        begun = undefined;
      }
    } else if (typed !== undefined && /\(\) \{$/.test(typed)) begun = [typed];
    else if (typed !== undefined && typed.trim() !== '') commands.push({ section, text: typed.replace(/ {2,}#.*$/, '').trim() });
  }
  return commands;
}

/** What stands on the page for something that each installation has of its own → what it is here. Each is replaced wherever it stands. */
export type Placeholders = Readonly<Record<string, string>>;

/** The command with what is here. Throws where something is left that stands for something else. */
export function filledIn(command: string, placeholders: Placeholders): string {
  const filled = Object.entries(placeholders).reduce((text, [name, value]) => text.replaceAll(name, () => value), command);
  const left = /…|\bFILE\b|\bKEY\b|\bexample\b/.exec(filled)?.[0];
  if (left !== undefined) throw new Error(`a command of the page has something that nobody fills in [command=${command}, left=${left}]`);
  return filled;
}
