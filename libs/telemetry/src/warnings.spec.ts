import { sendWarningsTo, warn, warningCounts } from './warnings.ts';

describe('warn', () => {
  afterEach(() => sendWarningsTo(() => undefined));

  it('tells one a minute of each kind, counts all, and says how many were not told', () => {
    const told: unknown[] = [];
    sendWarningsTo((code, _data, unsaid) => told.push([code, unsaid]));

    for (const second of [0, 1, 59, 60.1, 61]) warn('telemetry.export_failed', {}, second * 1_000);
    warn('telemetry.sdk_warned', {}, 61_000);

    expect(told).toEqual([
      ['telemetry.export_failed', 0],
      ['telemetry.export_failed', 2],
      ['telemetry.sdk_warned', 0],
    ]);
    expect(warningCounts().find(({ code }) => code === 'telemetry.export_failed')?.count).toBe(5);
  });
});
