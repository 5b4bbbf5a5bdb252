import { cardOf } from './model-card.ts';

describe('the card of a model', () => {
  it.each([
    [{ data: [{ id: 'large' }] }, { listed: true, contextTokens: undefined }],
    [{ data: [{ id: 'small' }, { id: 'large', max_model_len: 32768 }] }, { listed: true, contextTokens: 32768 }],
    [{ data: [{ id: 'large', context_length: 8192 }] }, { listed: true, contextTokens: 8192 }],
    [{ data: [{ id: 'large', max_model_len: 'much' }] }, { listed: true, contextTokens: undefined }],
    [{ data: [{ id: 'small', max_model_len: 4096 }] }, { listed: false, contextTokens: undefined }],
    [{ models: [] }, undefined],
    ['<html>', undefined],
  ])('is read from the list %j', (answer, card) => {
    expect(cardOf('large', answer)).toEqual(card);
  });
});
