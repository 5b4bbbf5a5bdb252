import { stageOf } from './dockerfile.ts';

const DOCKERFILE = `# a comment
FROM node AS packages
RUN npm ci
FROM node:24 AS services
ARG VERSION=none
LABEL title="Two words" \\
      # a comment between
      version="$VERSION"
WORKDIR /app
COPY --from=packages --chown=root:root /app/package.json ./
COPY --from=packages /app/apps apps
ENV NODE_ENV=production TZ=UTC
USER 65532:65532
ENTRYPOINT ["node", "--import", "x"]
CMD ["main.ts"]
FROM services
RUN apt-get update
`;

describe('a stage of a Dockerfile', () => {
  it('is read as an engine would carry it out', () => {
    expect(stageOf(DOCKERFILE, 'services', { VERSION: '1.2.3' })).toEqual({
      copies: ['package.json', 'apps'],
      folder: '/app',
      environment: ['NODE_ENV=production', 'TZ=UTC'],
      labels: { title: 'Two words', version: '1.2.3' },
      user: '65532:65532',
      entrypoint: ['node', '--import', 'x'],
      command: ['main.ts'],
    });
  });

  it('has the initial value of an argument that nobody gives', () => {
    expect(stageOf(DOCKERFILE, 'services').labels['version']).toBe('none');
  });

  it.each([
    ['runs a program', 'RUN apt-get update', 'RUN apt-get update'],
    ['copies to another place', 'COPY /app/apps other', '/app/apps other'],
    ['copies from outside of its folder', 'COPY /etc/passwd passwd', '/etc/passwd'],
  ])('is refused where it %s, with the line', (_, line, said) => {
    expect(() => stageOf(DOCKERFILE.replace('USER', `${line}\nUSER`), 'services')).toThrow(said);
  });

  it('that is not there is refused by its name', () => {
    expect(() => stageOf(DOCKERFILE, 'service')).toThrow('stage=service');
  });
});
