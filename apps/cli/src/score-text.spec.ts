import { scoreText, standingOf } from './score-text.ts';

const RUNG = { standardError: 0.1, seedSpread: 0 };
const MANIFEST = {
  metric: { name: 'mae', direction: 'minimize' as const },
  value: { scores: { trivial: { ...RUNG, rung: 'median', score: 8.1 }, strong: { ...RUNG, rung: 'tuned-trees', score: 1.9 } } },
};

describe('a score for a person', () => {
  it('comes first on its line, with the metric and what the baselines reach', () => {
    expect(scoreText(2.104, standingOf(MANIFEST))).toBe('2.104  mae, lower is better; baselines: trivial median 8.1, strong tuned-trees 1.9\n');
  });

  it('goes without baselines where the task is not verified, and alone where the package does not say how it is scored', () => {
    expect(scoreText(0.7, standingOf({ metric: { name: 'roc_auc', direction: 'maximize' } }))).toBe('0.7  roc_auc, higher is better\n');
    expect(scoreText(0.7, standingOf(undefined))).toBe('0.7\n');
  });
});
