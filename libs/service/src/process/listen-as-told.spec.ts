import { createHttpShell } from '../http/http-shell.ts';
import { listenAsTold } from './listen-as-told.ts';

describe('the address of a service', () => {
  it('that another process has is a fault of the configuration, with its setting and what to do', async () => {
    const [first, second] = [createHttpShell({ health: {} }), createHttpShell({ health: {} })];
    const taken = new URL(await listenAsTold(first, { host: '127.0.0.1', port: 0 }));

    const refused = await listenAsTold(second, { host: '127.0.0.1', port: Number(taken.port) }).catch((error: unknown) => error);
    await first.close();

    expect(refused).toMatchObject({ code: 'configuration', message: expect.stringContaining(`MLE_SMITH_PORT: ${taken.host} is taken`) as string });
  });

  it('that this machine does not have is one too', async () => {
    const refused = await listenAsTold(createHttpShell({ health: {} }), { host: '192.0.2.1', port: 0 }).catch((error: unknown) => error);

    expect(refused).toMatchObject({ code: 'configuration', message: expect.stringContaining('MLE_SMITH_HOST: 192.0.2.1:0 is no address') as string });
  });
});
