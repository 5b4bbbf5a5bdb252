import { Resolver } from 'node:dns/promises';
import type { Socket } from 'node:dgram';
import { clusterNames, serveNames } from './names.ts';

describe('the name server of a cluster', () => {
  let socket: Socket;
  const resolver = new Resolver({ timeout: 10_000, tries: 1 });
  beforeAll(async () => {
    const services: Readonly<Record<string, { status: number; clusterIP: string }>> = {
      '/api/v1/namespaces/mls/services/gateway': { status: 200, clusterIP: '10.96.7.8' },
      '/api/v1/namespaces/mls/services/design': { status: 200, clusterIP: 'None' },
      '/api/v1/namespaces/mls/services/refused': { status: 500, clusterIP: '' },
    };
    const names = clusterNames(async (_, path) => {
      const { status, clusterIP } = services[path] ?? { status: 404, clusterIP: '' };
      return { status, body: { spec: { clusterIP } } };
    }, '10.88.1.1');
    socket = await serveNames('127.0.0.1', 0, names);
    resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  });
  afterAll(() => socket.close());

  it.each([
    ['a Service', 'gateway.mls.svc.cluster.local', '10.96.7.8'],
    ['a Service, however it is written', 'GATEWAY.mls.svc.cluster.local', '10.96.7.8'],
    ['the machine', 'machine.testbed', '10.88.1.1'],
  ])('tells the address of %s', async (_, name, address) => {
    expect(await resolver.resolve4(name)).toEqual([address]);
  });

  it.each([
    ['a name that there is not', 'nobody.mls.svc.cluster.local', 'ENOTFOUND'],
    ['a name of others', 'example.org', 'ENOTFOUND'],
    ['a Service without an address', 'design.mls.svc.cluster.local', 'ENODATA'],
    ['a Service that the API server does not tell of', 'refused.mls.svc.cluster.local', 'ESERVFAIL'],
  ])('says so of %s', async (_, name, code) => {
    await expect(resolver.resolve4(name)).rejects.toMatchObject({ code });
  });

  it('knows no addresses of version 6, which is no fault of the name', async () => {
    await expect(resolver.resolve6('machine.testbed')).rejects.toMatchObject({ code: 'ENODATA' });
  });
});
