import { Log } from '@mle-smith/telemetry';
import { logCluster } from './log-cluster.ts';

describe('the log of a cluster', () => {
  it('tells what a pod said last that ended before its work was done, and nothing of one that ended well', () => {
    const lines: Record<string, unknown>[] = [];
    const write = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
    const tell = logCluster(Log.open({ service: 's', version: '0', level: 'info', to: { write } }));

    tell({ kind: 'ended', job: 'mls-one', code: 'exited', reason: 'ended with code 0', said: 'its job is done' });
    tell({ kind: 'ended', job: 'mls-other', code: 'out_of_memory', reason: 'used more than 64Mi', said: 'Traceback …' });

    expect(lines).toMatchObject([{ code: 'pod.ended', data: { job: 'mls-other', end: 'out_of_memory', reason: 'used more than 64Mi', said: 'Traceback …' } }]);
  });
});
