import { written } from './envelope.ts';
import { news } from './testing/kafka-bench.ts';

describe('the envelope', () => {
  it('has these bytes, for ever', () => {
    const { headers, body } = written(news('task.designed', 'cars--mpg', { design: `sha256:${'a'.repeat(64)}` }));

    expect(headers).toEqual({
      ce_specversion: '1.0',
      ce_id: 'event-task.designed-cars--mpg',
      ce_type: 'io.mlesmith.task.designed.v1',
      ce_source: 'mle-smith/design',
      ce_subject: 'cars--mpg',
      ce_time: '2026-01-02T03:04:05.000Z',
      ce_dataschema: 'urn:mlesmith:schema:io.mlesmith.task.designed.v1',
      ce_generation: '1',
      'content-type': 'application/json',
    });
    expect(body.toString()).toBe(`{"generation":1,"datasetId":"cars","documents":{"design":"sha256:${'a'.repeat(64)}"}}`);
  });

  it('is the same for the same event, and writes no field that is not declared', () => {
    const event = news('task.designed', 't');
    const more = { ...event, data: { ...event.data, secret: 1 } };

    expect(written(more)).toEqual(written(event));
  });
});
