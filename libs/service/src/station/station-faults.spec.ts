import { stationFaults } from './station-faults.ts';
import { settings } from './testing/scripted-endpoint.ts';

describe('the settings of a station together', () => {
  it('have all their faults told at once, before any server is asked', async () => {
    const wrong = settings({
      MLE_SMITH_QUEUE_LOW: '50',
      MLE_SMITH_QUEUE_HIGH: '10',
      MLE_SMITH_JOB_RUNNER: 'kubernetes',
      KAFKA_USERNAME: 'someone',
      AWS_ACCESS_KEY_ID: 'half',
    });

    const told = (await stationFaults(['ingest'], wrong)).join('\n');

    for (const variable of ['MLE_SMITH_QUEUE_LOW', 'MLE_SMITH_POD_SECRET', 'MLE_SMITH_RUNTIME_IMAGE', 'KAFKA_USERNAME', 'AWS_ACCESS_KEY_ID'])
      expect(told).toContain(`${variable}: `);
    expect(told).not.toContain('someone');
  });

  it('are those of its own stages', async () => {
    const wrong = settings({ MLE_SMITH_QUEUE_LOW: '50', MLE_SMITH_QUEUE_HIGH: '10', MLE_SMITH_MODEL: '' });

    expect(await stationFaults(['design'], wrong)).toEqual([expect.stringContaining('MLE_SMITH_MODEL_URL')]);
    expect(await stationFaults(['assert-design'], wrong)).toEqual([]);
  });
});
