import type { Alert } from '../alert.ts';
import { at, WHERE } from '../labels.ts';
import { ofStore } from '../of-store.ts';

/** What models may cost. */
export const MODEL_ALERTS = [
  {
    name: 'MleSmithBudgetUsedUp',
    severity: 'ticket',
    expr: `min by (${WHERE}, account) (${ofStore('mlesmith_llm_budget_remaining_usd')}) == 0`,
    lasting: '10m',
    summary: 'Nothing is left of the budget of the {{ $labels.account }}',
    meaning: 'No call of a model is made. Work waits an hour at a time, and ends after a day with `budget_exceeded`.',
    steps: ['Dashboard “Model cost and tokens”: what took it?', 'Raise MLE_SMITH_BUDGET for all stations, or wait for the next day (UTC).'],
    fires: { samples: [{ series: `mlesmith_llm_budget_remaining_usd${at('account="day"')}`, values: '2 1 0x30' }], atMinute: 20 },
    silent: { samples: [{ series: `mlesmith_llm_budget_remaining_usd${at('account="day"')}`, values: '2 1 0.01x30' }], atMinute: 20 },
  },
  {
    name: 'MleSmithBudgetNear',
    severity: 'ticket',
    expr: `min by (${WHERE}, account) (${ofStore('mlesmith_llm_budget_remaining_usd')}) < 0.2 * max by (${WHERE}, account) (mlesmith_llm_budget_limit_usd)`,
    lasting: '5m',
    summary: 'Less than a fifth of the budget of the {{ $labels.account }} is left: {{ $value }} dollars',
    meaning: 'When nothing is left, no call of a model is made and work waits.',
    steps: [
      'Dashboard “Model cost and tokens”: “Dollars an hour” tells how long the rest will last.',
      'Raise MLE_SMITH_BUDGET for all stations before that, or let it end.',
    ],
    fires: {
      samples: [
        { series: `mlesmith_llm_budget_remaining_usd${at('account="day"')}`, values: '5 4 1.9x30' },
        { series: `mlesmith_llm_budget_limit_usd${at('account="day"')}`, values: '10x40' },
      ],
      atMinute: 20,
    },
    silent: {
      samples: [
        { series: `mlesmith_llm_budget_remaining_usd${at('account="day"')}`, values: '5 4 2.1x30' },
        { series: `mlesmith_llm_budget_limit_usd${at('account="day"')}`, values: '10x40' },
      ],
      atMinute: 20,
    },
  },
] as const satisfies readonly Alert[];
