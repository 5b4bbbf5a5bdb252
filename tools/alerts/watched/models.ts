import type { Alert } from '../alert.ts';
import { at, WHERE } from '../labels.ts';
import { ofStore } from '../of-store.ts';

/** Whether models can be asked, and what they may cost. */
export const MODEL_ALERTS = [
  {
    name: 'MleSmithModelRefused',
    severity: 'ticket',
    expr: `max by (${WHERE}, reason) (mlesmith_llm_endpoint_refuses) > 0`,
    lasting: '2m',
    summary: 'The endpoint of the models refuses every call until somebody sees to it: {{ $labels.reason }}',
    meaning:
      'Stages that think by models take no work on. What met the refusal waits and is charged nothing; what waits for 24 hours ends as `stuck`. `auth`: the key is not taken. `quota`: the credit or quota of the key is used up. `config`: the endpoint does not know the model, or does not take the request.',
    steps: [
      'The log: `model.refused` holds what the endpoint said. On Kubernetes: `kubectl -n mle-smith logs deploy/mle-smith-design`.',
      '`quota`: pay, or have the quota raised, where the endpoint is run. Nothing has to be started again: the endpoint is asked after half a minute at first, later every five, and `model.recovered` says that work goes on.',
      '`auth` or `config`: give all stations a key that is taken (MLE_SMITH_API_KEY) or the name of a model that there is (MLE_SMITH_MODEL), and start them again. On Kubernetes the key is a secret, which pods read when they start: `kubectl -n mle-smith rollout restart deploy -l app.kubernetes.io/instance=mle-smith`.',
      'It will not be mended soon: with MLE_SMITH_FALLBACK rules think meanwhile.',
    ],
    fires: { samples: [{ series: `mlesmith_llm_endpoint_refuses${at('job="mle-smith",instance="a",reason="auth"')}`, values: '0x5 1x20' }], atMinute: 10 },
    silent: { samples: [{ series: `mlesmith_llm_endpoint_refuses${at('job="mle-smith",instance="a",reason="auth"')}`, values: '0x5 1x1 0x20' }], atMinute: 7 },
  },
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
