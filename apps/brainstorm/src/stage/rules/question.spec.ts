import type { ColumnProfile, TableProfile } from '@mle-smith/contracts';
import { questionOf } from './question.ts';

type Input = Parameters<typeof questionOf>[0];

const TABLE = { name: 'visits', reader: { format: 'csv', header: true }, columns: [] } as unknown as TableProfile;
const asked = (target: Partial<ColumnProfile>, more: Partial<Input>): ReturnType<typeof questionOf> =>
  questionOf({
    table: TABLE,
    target: target as ColumnProfile,
    objective: 'binary',
    positive: undefined,
    content: undefined,
    classes: 2,
    classNames: [],
    kinds: [],
    inputs: [],
    beside: [],
    source: 'Visits',
    about: undefined,
    ...more,
  });

describe('the question of a formulation', () => {
  it('reads as a sentence, with the value that is asked for, and what it means after it', () => {
    const { question } = asked({ name: 'readmitted', description: 'came back within a month.' }, { positive: 'yes', inputs: ['age', 'ward', 'days_in'] });

    expect(question).toBe(
      'Given age, ward and days in, predict whether readmitted is "yes" for records that were not seen before. What readmitted is: came back within a month.',
    );
  });

  it('says nothing of a meaning that repeats the name', () => {
    expect(asked({ name: 'shoe_size', description: 'Shoe size' }, { objective: 'regression', inputs: ['height'] }).question).not.toContain('What');
  });

  it('calls a picture the only input where it is', () => {
    expect(asked({ name: 'sign' }, { objective: 'multiclass', content: 'image' }).question).toMatch(/^Given the picture alone, /);
    expect(asked({ name: 'sign' }, { objective: 'multiclass', content: 'image', beside: ['speaker_name'] }).question).toMatch(
      /^Given the picture and speaker name, /,
    );
  });

  it('tells no story that the name does not bear out', () => {
    expect(asked({ name: 'rent' }, { objective: 'regression' }).momentOfPrediction).not.toMatch(/sold/);
    expect(asked({ name: 'diagnosis' }, {}).momentOfPrediction).not.toMatch(/enrol/);
  });

  it('tells no story where a name may mean anything', () => {
    for (const name of ['y', 'left', 'survived', 'weight', 'load', 'market value'])
      expect(asked({ name }, { objective: 'regression' })).toMatchObject({
        user: 'those who act on a record before its outcome is in',
        decision: 'which records to act on first',
      });
  });

  it('says what kind of texts they are where the source is not named', () => {
    const texts = { content: 'text' as const, source: 'Mobile phone text messages' };

    expect(asked({ name: 'label' }, texts).question).toMatch(/The texts are short messages that were sent by phone\.$/);
    expect(asked({ name: 'label' }, { ...texts, about: 'Messages of 2011' }).question).toMatch(/before\. The data: Messages of 2011\.$/);
  });
});
