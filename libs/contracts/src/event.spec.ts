import { eventType, TaskEvent } from './event.ts';

/** Events as they were released. They lie in topics and outboxes of others: a row is never changed, a new shape gets a new one. */
const RELEASED = [
  {
    id: 'dataset.received:pears',
    type: 'io.mlesmith.dataset.received.v1',
    source: 'lake/importer',
    subject: 'pears',
    time: '2026-11-29T12:00:00.000Z',
    data: { generation: 1, datasetId: 'pears', uri: 's3://lake/fruit/pears/' },
  },
  {
    id: 'task.designed:pears--weight:1',
    type: 'io.mlesmith.task.designed.v1',
    source: 'mle-smith/design',
    subject: 'pears--weight',
    time: '2026-11-29T12:00:00.000Z',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: 'vendor=1',
    data: { generation: 2, datasetId: 'pears', documents: { design: 'sha256:00' } },
  },
];
/** What was never an event of this version. */
const REFUSED: readonly (readonly [string, object])[] = [
  ['no generation', { data: { datasetId: 'pears' } }],
  ['a generation that is no whole number', { data: { generation: 1.5, datasetId: 'pears' } }],
  ['no dataset', { data: { generation: 1 } }],
  ['a document that is no text', { data: { generation: 1, datasetId: 'pears', documents: { design: 1 } } }],
  ['no subject', { subject: undefined }],
  ['no data', { data: undefined }],
];

describe('an event', () => {
  it.each(RELEASED.map((event) => [event.type, event] as const))('%s of a release is read as it was written', (_, event) => {
    expect(TaskEvent.parse(event)).toEqual({ ...event, data: { documents: {}, ...event.data } });
  });

  it.each(REFUSED)('with %s is none', (_, change) => {
    expect(TaskEvent.safeParse({ ...RELEASED[0], ...change }).success).toBe(false);
  });

  it('keeps the name of its type', () => {
    expect(eventType('task.designed')).toBe('io.mlesmith.task.designed.v1');
  });
});
