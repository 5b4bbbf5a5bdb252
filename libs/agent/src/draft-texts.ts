import { hiddenLetters, textFaults } from '@mle-smith/package';
import { z } from 'zod';
import { tool, type AnyTool } from './tool.ts';

/** The files of a draft of a task, which agents write. */
export const DRAFT_FILES = ['prepare.py', 'metric.py', 'description.txt'] as const;
export type DraftFile = (typeof DRAFT_FILES)[number];
export type DraftTexts = Readonly<Record<DraftFile, string>>;

const MOST_CHARACTERS = 60_000;

/** Reading and writing the files of a draft, and reading those of which it is made, which lie in `folder`. `called` says what one of them is. */
export function draftTools(draft: {
  readonly folder: string;
  readonly called: string;
  readonly origin: DraftTexts;
  readonly texts: () => DraftTexts;
  readonly write: (file: DraftFile, text: string) => void;
}): readonly AnyTool[] {
  const { folder, called, origin } = draft;
  const names = [...DRAFT_FILES, ...DRAFT_FILES.map((file) => `${folder}/${file}`)] as [string, ...string[]];
  return [
    tool({
      name: 'read_file',
      description: `Gives a file of the draft, or ${called} (${folder}/…).`,
      parameters: z.strictObject({ file: z.enum(names) }),
      run: ({ file }) => Promise.resolve(file.startsWith(`${folder}/`) ? origin[file.slice(folder.length + 1) as DraftFile] : draft.texts()[file as DraftFile]),
    }),
    tool({
      name: 'write_file',
      description: 'Writes a file of the draft as a whole.',
      parameters: z.strictObject({ file: z.enum(DRAFT_FILES), text: z.string().min(1).max(MOST_CHARACTERS) }),
      run: ({ file, text }) => {
        draft.write(file, text);
        return Promise.resolve(`${file} is written: ${text.split('\n').length} lines.`);
      },
    }),
  ];
}

/** What the files of a draft hold that their reader does not see, or that is more than words where it is shown, by file; empty where there is nothing. */
export function draftFaults(texts: DraftTexts): string[] {
  return DRAFT_FILES.flatMap((file) => {
    const found = (file === 'description.txt' ? textFaults : hiddenLetters)(texts[file]);
    return found.length === 0 ? [] : [`${file} (${found.join(', ')})`];
  });
}

/** The same as something that is left to do, for the model; undefined where there is nothing. */
export function complaintAbout(texts: DraftTexts): string | undefined {
  const faults = draftFaults(texts);
  return faults.length === 0
    ? undefined
    : `Files of the draft hold letters that nobody sees, or markup that is more than words: ${faults.join('; ')}. Write them without; where a program changes, run it again.`;
}
