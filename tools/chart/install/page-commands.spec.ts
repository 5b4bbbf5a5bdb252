import { commandsOf, filledIn, pageCommands } from './page-commands.ts';
import { NOT_WALKED, STAND_INS } from './walk-page.ts';

const PAGE = `# Page

    one --now    # what it does
    see() {
      two <<END
    three
    END
    }

text

## Section

    values:
      a: b

    see x              # OPEN
`;

describe('commands of a page', () => {
  it('are its indented lines, without what is said behind them; a function is one', () => {
    expect(commandsOf(PAGE)).toEqual([
      { section: 'Page', text: 'one --now' },
      { section: 'Page', text: 'see() {\n  two <<END\nthree\nEND\n}' },
      { section: 'Section', text: 'see x' },
    ]);
  });

  it('are refused where something is left to fill in', () => {
    expect(filledIn('helm test -f values.yaml', { 'values.yaml': '/tmp/v' })).toBe('helm test -f /tmp/v');
    expect(() => filledIn('kubectl create --from-file=api-keys=FILE', {})).toThrow('left=FILE');
    expect(() => filledIn('kubectl create --from-literal=a=…', {})).toThrow('left=…');
  });
});

describe('the page about Kubernetes', () => {
  it('has no command that is not walked through, but for those of a container engine', async () => {
    const commands = await pageCommands();
    const placeholders = Object.fromEntries(STAND_INS.map((name) => [name, 'x']));
    const walked = commands.filter(({ text }) => !NOT_WALKED.some((start) => text.startsWith(start)));

    expect(walked.length).toBeGreaterThan(15);
    expect(() => walked.map(({ text }) => filledIn(text, placeholders))).not.toThrow();
    expect(
      walked.map(({ text }) => text.split(/[ (]/)[0]).filter((program) => !['kubectl', 'helm', 'npm', './mle-smith', 'see'].includes(program ?? '')),
    ).toEqual([]);
  });
});
