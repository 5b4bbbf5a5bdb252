import { exampleSettings } from '../testing/example-settings.ts';
import { isolationOf } from './isolation.ts';
import { PodSettings, type PodSettingsInput } from './settings.ts';

const of = (changes: Partial<PodSettingsInput>): ReturnType<typeof isolationOf> =>
  isolationOf(PodSettings.parse({ ...exampleSettings(), ...changes }), 'untrusted');

describe('what pods are kept apart by', () => {
  it('is a sandbox without gaps where each has a RuntimeClass and the network is confirmed', () => {
    expect(of({ networkEnforced: true })).toEqual({ kind: 'pod-sandboxed', gaps: [] });
  });

  it('names the profiles that share a kernel, the setting that allows it, and a network that nobody tried', () => {
    const { kind, gaps } = of({ runtimeClass: undefined, allowUnsandboxed: true });

    expect(kind).toBe('pod');
    expect(gaps).toEqual([
      expect.stringMatching(/allowUnsandboxed.*cpu-small, cpu-large, gpu-mig share the kernel/),
      expect.stringContaining('networkEnforced'),
    ]);
  });
});
