/** Which scores are the better ones. */
export type Direction = 'maximize' | 'minimize';

const MORE = '(?:higher|larger|greater|bigger)';
const LESS = '(?:lower|smaller|lesser)';

/** Sentences of a description that tell the other direction of its metric, in a few words each; `names` are what the metric is called. */
export function toldOtherwise(text: string, direction: Direction, names: readonly string[]): string[] {
  const [good, bad, wrongVerb] = direction === 'maximize' ? [MORE, LESS, 'minimi[sz]e'] : [LESS, MORE, 'maximi[sz]e'];
  // "Higher yield is better" speaks of the matter, not of the score.
  const score = `(?:(?:the|a|an|your|final|values?|of|metric|scores?|${names.map((name) => escaped(name)).join('|')})[\\s*_\`,]+)*`;
  const wrong = [
    `\\b${bad}[\\s*_\`,]+${score}(?:is|are|means?)[\\s*_\`,]+(?:(?:a|the)\\s+)?(?:better|best)\\b`,
    `\\b${bad}[\\s*_\`,]+${score}(?:wins?|ranks?\\s+(?:higher|first|better))\\b`,
    `\\b${good}[\\s*_\`,]+${score}(?:is|are|means?)[\\s*_\`,]+(?:(?:a|the)\\s+)?(?:worse|worst)\\b`,
    `\\bthe\\s+${bad}[\\s*_\`,]+${score}the\\s+better\\b`,
    `\\b${wrongVerb}\\s+(?:the\\s+|your\\s+)?(?:metric|score|${names.map((name) => escaped(name)).join('|')})\\b`,
  ];
  return wrong.flatMap((pattern) => [...text.matchAll(new RegExp(pattern, 'gi'))].map(([told]) => told.slice(0, 100)));
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
