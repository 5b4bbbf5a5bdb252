import { COMMON_DIALECT, otherDialect } from './dialect.ts';

describe('the way of asking after a refusal', () => {
  test.each(['stream is not supported', "Unrecognized request argument: 'stream_options'", 'Streaming is off for this model', "400 bad value: 'stream'"])(
    '%s: without a stream',
    (refusal) => {
      expect(otherDialect(COMMON_DIALECT, refusal)).toEqual({ ...COMMON_DIALECT, stream: false });
    },
  );

  test('the new name of the most tokens, where the refusal gives it', () => {
    expect(otherDialect(COMMON_DIALECT, "Use 'max_completion_tokens' instead of 'max_tokens'.")).toEqual({
      ...COMMON_DIALECT,
      maxTokens: 'max_completion_tokens',
    });
  });

  test.each([
    ['max_tokens is too large: 16000. This model supports at most 4096 completion tokens, whereas you provided 16000.', 4096],
    ['max_tokens: 16000 > 8192, which is the maximum allowed number of output tokens for large-20250219', 8192],
    ['Invalid max_tokens value, the valid range of max_tokens is [1, 8192]', 8192],
    ["This model's maximum context length is 8192 tokens. However, you requested 16100 tokens (100 in the messages, 16000 in the completion).", 4096],
    ['`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 100 `inputs` tokens and 16000 `max_new_tokens`', 2048],
  ])('%s: as many as the model takes', (refusal, mostTokens) => {
    expect(otherDialect(COMMON_DIALECT, refusal, 16_000)).toEqual({ ...COMMON_DIALECT, mostTokens });
    expect(otherDialect({ ...COMMON_DIALECT, mostTokens }, refusal, 16_000)).toBeUndefined();
  });

  test.each([
    'the upstream is unhappy',
    'temperature is out of range',
    'max_tokens must fit the context of 8192',
    'the maximum context length is 40960 tokens, and the messages have 50000',
    'max_tokens must be an integer',
    '',
  ])('%s: none', (refusal) => {
    expect(otherDialect(COMMON_DIALECT, refusal, 16_000)).toBeUndefined();
  });

  test('none where it was tried already', () => {
    const tried = { stream: false, maxTokens: 'max_completion_tokens' as const };

    expect(otherDialect(tried, 'stream, max_completion_tokens')).toBeUndefined();
  });
});
