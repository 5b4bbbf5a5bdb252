import { startService } from './service-process.ts';

/** Says that it starts, and then more than anybody keeps. */
const TALKS = `
  console.log(JSON.stringify({ code: 'began', message: 'here' }));
  for (let line = 0; line < 10_000; line += 1) console.log(JSON.stringify({ code: 'talk', line }));
  console.log(JSON.stringify({ code: 'said_all' }));
  setInterval(() => undefined, 1_000);
`;

describe('a service of this machine', () => {
  it('has said what it said long ago', async () => {
    const service = startService('talker', { OTEL_SDK_DISABLED: 'true' }, undefined, [], ['-e', TALKS]);
    await service.said('said_all');

    expect(service.lines.find(({ code }) => code === 'began')).toBeUndefined();
    await expect(service.said('began')).resolves.toMatchObject({ message: 'here' });

    service.child.kill();
    await expect(service.said('anything else')).rejects.toMatchObject({ code: 'service_ended' });
  });
});
