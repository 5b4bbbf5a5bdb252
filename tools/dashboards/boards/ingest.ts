import type { Board } from '../board.ts';
import { happened, increase, largest, quantile, rate } from '../promql.ts';

const NO_LAKE = 'ingest watches no lake (MLE_SMITH_SCAN_PREFIXES)';

export const INGEST_BOARD: Board = {
  uid: 'mle-smith-ingest',
  title: 'Ingestion',
  question: 'Do datasets come in, and what becomes of what lies in the lake?',
  choices: [],
  rows: [
    {
      title: 'Datasets',
      panels: [
        {
          title: 'Datasets by state',
          description: 'All datasets of the store.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: largest('mlesmith_datasets', ['state']), legend: '{{state}}' }],
        },
        {
          title: 'Refused, by reason',
          description: 'In this time; docs/reference/reason-codes.md says what each means and what the owner of the data can do.',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: `${increase('mlesmith_datasets_refused_total', ['reason'])} > 0`, legend: '{{reason}}' }],
          emptyWhere: 'no dataset was refused',
        },
      ],
    },
    {
      title: 'The lake',
      panels: [
        {
          title: 'Objects that were looked at',
          description: 'Each second. Most are `known` at every look; `refused` ones cannot be read.',
          view: 'time',
          unit: 'short',
          queries: [{ expr: rate('mlesmith_ingest_objects_total', ['source', 'outcome']), legend: '{{source}} {{outcome}}' }],
          emptyWhere: NO_LAKE,
        },
        {
          title: 'Bytes that were copied',
          description: 'From each source, each second.',
          view: 'time',
          unit: 'Bps',
          queries: [{ expr: rate('mlesmith_ingest_bytes_total', ['source']), legend: '{{source}}' }],
          emptyWhere: 'no dataset came from a bucket',
        },
        {
          title: 'Time until a folder is taken',
          description: 'From the first sight of a folder until nobody writes to it any more, at 95 %.',
          view: 'time',
          unit: 's',
          queries: [{ expr: quantile(0.95, 'mlesmith_ingest_settle_seconds', ['source']), legend: '{{source}}' }],
          emptyWhere: NO_LAKE,
        },
        {
          title: 'Gaps',
          description: 'Objects that a listing found and no event had told of, in this time: whoever tells of new data forgets some.',
          view: 'bars',
          unit: 'short',
          queries: [{ expr: happened('mlesmith_ingest_gaps_total', ['source']), legend: '{{source}}' }],
          emptyWhere: 'no event was missed',
        },
      ],
    },
  ],
};
