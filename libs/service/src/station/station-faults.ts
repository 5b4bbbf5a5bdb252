import { agentsOf } from '@mle-smith/agent';
import type { StageName } from '@mle-smith/contracts';
import { faultsIn } from '../config.ts';
import { serverFaults } from '../servers/server-faults.ts';
import type { StationServiceConfig } from '../settings.ts';
import { INTAKE, marksOf } from './hold-intake.ts';
import { modelFaults } from './open-models.ts';
import { podSettings } from './open-pods.ts';

/** What is wrong with the settings of a station together, told before any server is asked (platform HO-6). */
export async function stationFaults(stages: readonly StageName[], config: StationServiceConfig): Promise<readonly string[]> {
  return [
    ...(agentsOf(stages).length === 0 ? [] : modelFaults(config)),
    ...(stages.includes(INTAKE.stage) ? await faultsIn(() => marksOf(config)) : []),
    ...(config.jobRunner === 'kubernetes' ? await faultsIn(() => podSettings(config)) : []),
    ...(await serverFaults(config)),
  ];
}
