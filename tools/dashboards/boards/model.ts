import type { Board } from '../board.ts';
import { CHOSEN_MODEL, CHOSEN_STAGE, increase, largest, quantile, rate, recordings, smallest, sum } from '../promql.ts';

const RULES = 'rules think';
const VERIFIED = increase('mlesmith_tasks_verified_total', []);
const chosen = { stage: CHOSEN_STAGE, model: CHOSEN_MODEL };

export const MODEL_BOARD: Board = {
  uid: 'mle-smith-llm',
  title: 'Model cost and tokens',
  question: 'What do models cost, what for, and do they answer?',
  choices: ['stage', 'model'],
  rows: [
    {
      title: 'Cost',
      panels: [
        {
          title: 'Dollars by stage',
          description: 'Of calls whose price is known (MLE_SMITH_PRICES), in this time.',
          view: 'bars',
          unit: 'currencyUSD',
          queries: [{ expr: increase('mlesmith_llm_cost_usd_total', ['stage', 'model'], chosen), legend: '{{stage}} {{model}}' }],
          emptyWhere: RULES,
        },
        {
          title: 'Tokens by stage',
          description: 'In this time, as the endpoint counted them.',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: increase('mlesmith_llm_tokens_total', ['stage', 'type'], chosen), legend: '{{stage}} {{type}}' }],
          emptyWhere: RULES,
        },
        {
          title: 'Dollars of all work per verified task',
          description:
            'What calls of each stage cost in this time, for each task that was verified in it: those for abandoned, refused and unfinished work too.',
          view: 'bars',
          unit: 'currencyUSD',
          queries: [{ expr: `${increase('mlesmith_llm_cost_usd_total', ['stage'], chosen)} / scalar(${VERIFIED})`, legend: '{{stage}}' }],
          emptyWhere: RULES,
        },
        {
          title: 'Tokens of all work per verified task',
          description: 'Tokens of calls of each stage in this time, for each task that was verified in it.',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: `${increase('mlesmith_llm_tokens_total', ['stage', 'type'], chosen)} / scalar(${VERIFIED})`, legend: '{{stage}} {{type}}' }],
          emptyWhere: RULES,
        },
        {
          title: 'Dollars an hour',
          description: 'How fast money goes now.',
          view: 'time',
          unit: 'currencyUSD',
          queries: [{ expr: `3600 * ${rate('mlesmith_llm_cost_usd_total', ['model'], chosen)}`, legend: '{{model}}' }],
          emptyWhere: RULES,
        },
        {
          title: 'Left of budgets',
          description: 'Dollars. What is left may be too little for the next call: “Budgets without room” tells.',
          view: 'time',
          unit: 'currencyUSD',
          queries: [
            { expr: smallest('mlesmith_llm_budget_remaining_usd', ['account']), legend: '{{account}}' },
            { expr: largest('mlesmith_llm_budget_limit_usd', ['account']), legend: '{{account}}, all of it' },
          ],
          emptyWhere: 'MLE_SMITH_BUDGET sets no limit in dollars for a day or the deployment',
        },
        {
          title: 'Budgets without room',
          description: 'Processes whose last call had no room in a budget: tasks wait an hour at a time, and end after a day with budget_exceeded.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: sum('mlesmith_llm_budget_refuses', ['account']), legend: '{{account}}' }],
          emptyWhere: 'MLE_SMITH_BUDGET sets no limit for a day or the deployment',
        },
        {
          title: 'Calls of unknown price',
          description: 'In this time: they cost what no panel shows. Name the model in MLE_SMITH_PRICES.',
          view: 'number',
          unit: 'short',
          queries: [{ expr: increase('mlesmith_llm_unpriced_calls_total', ['model'], chosen), legend: '{{model}}' }],
          emptyWhere: RULES,
        },
        {
          title: 'Answers from the journal',
          description: 'Calls that were not made again since their answer was kept, in this time: after kills and in repeats.',
          view: 'number',
          unit: 'short',
          queries: [{ expr: increase('mlesmith_llm_cache_hits_total', ['stage'], chosen), legend: '{{stage}}' }],
          emptyWhere: RULES,
        },
      ],
    },
    {
      title: 'Answers',
      panels: [
        {
          title: 'Time of a call at the middle and at 95 %',
          description: 'As services see it, faults included.',
          view: 'time',
          unit: 's',
          queries: [
            {
              expr: quantile(0.5, 'gen_ai.client.operation.duration', ['gen_ai_request_model'], { gen_ai_request_model: CHOSEN_MODEL }),
              legend: '{{gen_ai_request_model}} middle',
            },
            {
              expr: quantile(0.95, 'gen_ai.client.operation.duration', ['gen_ai_request_model'], { gen_ai_request_model: CHOSEN_MODEL }),
              legend: '{{gen_ai_request_model}} 95 %',
            },
          ],
          emptyWhere: RULES,
        },
        {
          title: 'Calls by outcome',
          description: 'Each second; an empty outcome is an answer, the others are the faults of docs/operations/models.md.',
          view: 'time',
          unit: 'short',
          queries: [
            {
              expr: recordings('gen_ai.client.operation.duration', ['gen_ai_request_model', 'error_type'], { gen_ai_request_model: CHOSEN_MODEL }),
              legend: '{{gen_ai_request_model}} {{error_type}}',
            },
          ],
          emptyWhere: RULES,
        },
        {
          title: 'Tokens of a call at 95 %',
          description: 'Inputs that come near the length of the context are cut or refused.',
          view: 'time',
          unit: 'short',
          queries: [
            {
              expr: quantile(0.95, 'gen_ai.client.token.usage', ['gen_ai_token_type'], { gen_ai_request_model: CHOSEN_MODEL }),
              legend: '{{gen_ai_token_type}}',
            },
          ],
          emptyWhere: RULES,
        },
        {
          title: 'Calls at once',
          description: 'Calls that run, and how many the endpoint takes at once as each process has learned it.',
          view: 'time',
          unit: 'short',
          queries: [
            { expr: sum('mlesmith_llm_calls_running', ['model'], { model: CHOSEN_MODEL }), legend: '{{model}}' },
            { expr: sum('mlesmith_llm_concurrency_limit', []), legend: 'limit' },
          ],
          emptyWhere: RULES,
        },
        {
          title: 'Refused by the endpoint',
          description:
            'Processes whose endpoint refuses every call, by what somebody has to see to. More than 0: their stages take no work on until that is done.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: sum('mlesmith_llm_endpoint_refuses', ['reason']), legend: '{{reason}}' }],
          emptyWhere: RULES,
        },
        {
          title: 'Rules in place of models',
          description: 'Attempts in this time that went on by rules, since the model, its endpoint or its budget was of no use (MLE_SMITH_FALLBACK).',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: increase('mlesmith_llm_fallbacks_total', ['stage'], { stage: CHOSEN_STAGE }), legend: '{{stage}}' }],
          emptyWhere: 'rules think, or nothing stands in for models',
        },
        {
          title: 'Tried again',
          description: 'Calls that were made again, by what went wrong the time before.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: rate('mlesmith_llm_retries_total', ['reason']), legend: '{{reason}}' }],
          emptyWhere: RULES,
        },
        {
          title: 'Replies of the wrong form',
          description: 'Replies that were sent back to the model in this time. Many: the model is too weak for what it is asked.',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: increase('mlesmith_llm_schema_repairs_total', ['model', 'stage'], chosen), legend: '{{stage}} {{model}}' }],
          emptyWhere: RULES,
        },
      ],
    },
  ],
};
