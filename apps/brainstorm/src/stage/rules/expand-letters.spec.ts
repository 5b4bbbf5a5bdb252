import { expandLetters } from './expand-letters.ts';

describe('columns named by one letter', () => {
  it('get their words from the documentation', () => {
    expect([...expandLetters(['id', 'split', 'V', 'A', 'D', 'text'], 'Sentences rated for valence, arousal and dominance')]).toEqual([
      ['V', 'valence'],
      ['A', 'arousal'],
      ['D', 'dominance'],
    ]);
    expect(expandLetters(['V', 'A', 'D'], 'the psychological Valence-Arousal-Dominance scheme').get('A')).toBe('arousal');
  });

  it('stay letters where the documentation does not spell them out in order', () => {
    expect(expandLetters(['V', 'A', 'D'], 'arousal, valence and dominance').size).toBe(0);
    expect(expandLetters(['y'], 'yes, it is so').size).toBe(0);
  });
});
