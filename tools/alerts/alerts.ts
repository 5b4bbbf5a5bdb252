import type { Alert } from './alert.ts';
import { burnAlerts } from './burn-rates.ts';
import { CLUSTER_ALERTS } from './watched/cluster.ts';
import { EVENT_ALERTS } from './watched/events.ts';
import { LAG_ALERTS } from './watched/lag.ts';
import { MEMORY_ALERTS } from './watched/memory.ts';
import { MODEL_ALERTS } from './watched/models.ts';
import { PROGRESS_ALERTS } from './watched/progress.ts';
import { SANDBOX_ALERTS } from './watched/sandboxes.ts';
import { SERVICE_ALERTS } from './watched/services.ts';

/** Alerts on symptoms, in the order of the runbooks: pipelines with tens of tasks a day have no rates to watch (platform OB-10). */
const SYMPTOMS = [
  ...SERVICE_ALERTS,
  ...PROGRESS_ALERTS,
  ...EVENT_ALERTS,
  ...MODEL_ALERTS,
  ...SANDBOX_ALERTS,
  ...LAG_ALERTS,
  ...MEMORY_ALERTS,
  ...CLUSTER_ALERTS,
] as const satisfies readonly Alert[];

/** Alerts on symptoms by their names. */
export type AlertName = (typeof SYMPTOMS)[number]['name'];

/** Every alert. */
export const ALERTS: readonly Alert[] = [...SYMPTOMS, ...burnAlerts()];
