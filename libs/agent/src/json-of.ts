/** How deep lists and objects of a model may lie in each other: whoever walks through deeper ones runs out of stack. */
export const MOST_LEVELS = 64;

/** Parsed JSON of a model; undefined where it is none, or lies too deep. */
export function jsonOf(text: string): { value: unknown } | undefined {
  if (levelsIn(text) > MOST_LEVELS) return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** How deep brackets lie in each other; those in texts do not count. */
function levelsIn(text: string): number {
  let [level, deepest, quoted] = [0, 0, false];
  for (let place = 0; place < text.length; place += 1) {
    const mark = text[place];
    if (mark === '"') quoted = !quoted;
    else if (quoted) place += mark === '\\' ? 1 : 0;
    else if (mark === '[' || mark === '{') deepest = Math.max(deepest, (level += 1));
    else if (mark === ']' || mark === '}') level -= 1;
  }
  return deepest;
}
