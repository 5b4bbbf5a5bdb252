import { ConfigurationError } from '@mle-smith/service';
import { CliError, exitCodeOf } from './cli-error.ts';

describe('the exit code of a fault', () => {
  it.each(['store_unreachable', 'bus_unreachable', 'object_store_unreachable'])('says that time may mend it where a server does not answer (%s)', (code) => {
    expect(exitCodeOf(Object.assign(new Error('no answer'), { code }))).toBe(75);
  });

  it('says that somebody has to mend it where the configuration is wrong or a server says no', () => {
    expect(exitCodeOf(new ConfigurationError(['S3_BUCKET: is missing']))).toBe(78);
    expect(exitCodeOf(Object.assign(new Error('no'), { code: 'object_store_refused' }))).toBe(78);
    expect(exitCodeOf(new Error('a fault of ours'))).toBe(78);
  });

  it('is the one that the fault itself names', () => {
    expect(exitCodeOf(new CliError('usage', 'no such option', { exitCode: 2 }))).toBe(2);
  });
});
