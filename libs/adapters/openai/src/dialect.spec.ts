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

  test.each(['the upstream is unhappy', 'temperature is out of range', ''])('%s: none', (refusal) => {
    expect(otherDialect(COMMON_DIALECT, refusal)).toBeUndefined();
  });

  test('none where it was tried already', () => {
    const tried = { stream: false, maxTokens: 'max_completion_tokens' as const };

    expect(otherDialect(tried, 'stream, max_completion_tokens')).toBeUndefined();
  });
});
