import type { ServiceMetricName } from '@mle-smith/telemetry';

/** Figures that services read from the store: not shown while it cannot be read. */
export const FIGURES_OF_STORE = [
  'mlesmith_tasks',
  'mlesmith_datasets',
  'mlesmith_stage_queue_depth',
  'mlesmith_stage_oldest_seconds',
  'mlesmith_stuck_items',
  'mlesmith_outbox_depth',
  'mlesmith_outbox_oldest_seconds',
  'mlesmith_llm_budget_remaining_usd',
] as const satisfies readonly ServiceMetricName[];

/** A figure of the store as it was last shown, for ten minutes: what an alert tells of is not over when nobody can look, and by then `MleSmithStoreAway` fires. */
export function ofStore(figure: (typeof FIGURES_OF_STORE)[number], labels = ''): string {
  return `last_over_time(${figure}${labels}[10m])`;
}
