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
    name: 'MleSmithRulesInPlaceOfModels',
    severity: 'ticket',
    expr: `sum by (${WHERE}, stage) (increase(mlesmith_llm_fallbacks_total[1h])) > 2 and sum by (${WHERE}, stage) (increase(mlesmith_llm_fallbacks_total[1h])) > 0.5 * sum by (${WHERE}, stage) (increase(mlesmith_stage_attempts_total{class="none"}[1h]))`,
    lasting: '5m',
    summary: 'In {{ $labels.stage }} rules decide in place of a model, most of the time',
    meaning:
      'Work goes on with MLE_SMITH_FALLBACK, and its tasks are those that rules make: fewer kinds of questions, plainer words. What they decided stays so.',
    steps: [
      'The log: `stage.fell_back` says for each subject why. On Kubernetes: `kubectl -n mle-smith logs deploy/mle-smith-design`.',
      '`model_auth`, `model_quota`, `model_config`: as for MleSmithModelRefused. `budget_exceeded`: as for MleSmithBudgetUsedUp. `not reached`: does the endpoint answer, and may the pods reach it?',
      '`agent_failed`: the model is too weak for what it is asked. Dashboard “Model cost and tokens”: “Replies of the wrong form”; give another one (MLE_SMITH_MODEL).',
      'Tasks that models should have made: `cancel` them while they are under way, mend the endpoint, and give the dataset again.',
    ],
    fires: {
      samples: [
        { series: `mlesmith_llm_fallbacks_total${at('stage="design"')}`, values: '0x10 0+1x60' },
        { series: `mlesmith_stage_attempts_total${at('stage="design",class="none"')}`, values: '0+1x80' },
      ],
      atMinute: 60,
    },
    silent: {
      samples: [
        { series: `mlesmith_llm_fallbacks_total${at('stage="design"')}`, values: '0x10 0+1x60' },
        { series: `mlesmith_stage_attempts_total${at('stage="design",class="none"')}`, values: '0+4x80' },
      ],
      atMinute: 60,
    },
  },
  {
    name: 'MleSmithBudgetUsedUp',
    severity: 'ticket',
    expr: `max by (${WHERE}, account) (mlesmith_llm_budget_refuses) > 0`,
    lasting: '10m',
    summary: 'The budget of the {{ $labels.account }} has no room for another call',
    meaning:
      'A call is made only where there is room for the most that it may take, so some dollars may be left. Work waits an hour at a time, and ends after a day with `budget_exceeded`.',
    steps: [
      'Dashboard “Model cost and tokens”: what took it?',
      'Raise MLE_SMITH_BUDGET for all stations, or wait for the next day (UTC).',
      'What has ended with `budget_exceeded` by then goes on with `retry`.',
    ],
    fires: { samples: [{ series: `mlesmith_llm_budget_refuses${at('account="day"')}`, values: '0 1x30' }], atMinute: 20 },
    silent: { samples: [{ series: `mlesmith_llm_budget_refuses${at('account="day"')}`, values: '0 1x5 0x30' }], atMinute: 12 },
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
