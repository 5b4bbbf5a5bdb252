import type { Isolation } from '@mle-smith/contracts';
import type { PodJobOrder } from './pod-jobs.ts';
import type { PodSettings } from './settings.ts';

/** What pods under these settings cannot be kept from, in words that stand beside each verdict. */
export function isolationOf(settings: PodSettings, trust: PodJobOrder['trust']): Isolation {
  const profiles = Object.entries(settings.profiles);
  const bare = profiles.filter(([, profile]) => (profile.runtimeClass ?? settings.runtimeClass) === undefined).map(([name]) => name);
  const gaps: string[] = [];
  if (bare.length > 0)
    gaps.push(
      `${trust === 'untrusted' && settings.allowUnsandboxed ? 'allowed by allowUnsandboxed: ' : ''}pods of ${bare.join(', ')} share the kernel of their node: no RuntimeClass is set`,
    );
  if (!settings.networkEnforced) gaps.push('nobody has confirmed that the network plug-in enforces NetworkPolicy (networkEnforced)');
  return { kind: bare.length > 0 ? 'pod' : 'pod-sandboxed', gaps };
}
