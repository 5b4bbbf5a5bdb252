/** What one stage of a Dockerfile puts into its image, where it needs no program to run for it. */
export interface Stage {
  /** What is copied out of the sources and packages: names from the root of the repository on. */
  readonly copies: readonly string[];
  readonly folder: string;
  readonly environment: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/**
 * Reads a stage by its name. `values` are those of build arguments. Throws where the stage is not there, or says what only
 * an engine can carry out: then the image that is made without one would lack it.
 */
export function stageOf(dockerfile: string, name: string, values: Readonly<Record<string, string>> = {}): Stage {
  const lines = instructionsOf(dockerfile);
  const start = lines.findIndex((line) => new RegExp(`^FROM \\S+ AS ${name}$`).test(line));
  if (start < 0) throw new Error(`the Dockerfile has no such stage [stage=${name}]`);
  const end = lines.findIndex((line, index) => index > start && line.startsWith('FROM '));
  const stage = { copies: [] as string[], folder: '/', environment: [] as string[], labels: {} as Record<string, string>, user: '' };
  const told: { entrypoint: string[]; command: string[] } = { entrypoint: [], command: [] };
  const known = new Map(Object.entries(values));

  for (const line of lines.slice(start + 1, end < 0 ? undefined : end)) {
    const [, instruction = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (instruction === 'ARG') {
      const [argument = '', initial = ''] = rest.split('=');
      if (!known.has(argument)) known.set(argument, initial);
    } else if (instruction === 'LABEL') for (const [key, value] of pairsOf(rest)) stage.labels[key] = expanded(value, known);
    else if (instruction === 'WORKDIR') stage.folder = rest;
    else if (instruction === 'COPY') stage.copies.push(copyOf(rest, stage.folder));
    else if (instruction === 'ENV') stage.environment.push(...pairsOf(rest).map(([key, value]) => `${key}=${value}`));
    else if (instruction === 'USER') stage.user = rest;
    else if (instruction === 'ENTRYPOINT') told.entrypoint = JSON.parse(rest) as string[];
    else if (instruction === 'CMD') told.command = JSON.parse(rest) as string[];
    else throw new Error(`this is carried out by an engine only, and the image that is made without one would lack it [stage=${name}, instruction=${line}]`);
  }
  return { ...stage, ...told };
}

/** One instruction a line, without comments. */
function instructionsOf(dockerfile: string): string[] {
  return dockerfile
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter(Boolean);
}

/** What lies at the same place in the repository and below the folder of the image. */
function copyOf(rest: string, folder: string): string {
  const [source = '', target = '', ...others] = rest.split(' ').filter((word) => !word.startsWith('--'));
  const name = source.startsWith(`${folder}/`) ? source.slice(folder.length + 1) : '';
  if (name === '' || others.length > 0 || (target !== name && target !== './')) throw new Error(`a copy keeps its place below ${folder} [copy=${rest}]`);
  return name;
}

function pairsOf(text: string): (readonly [string, string])[] {
  return [...text.matchAll(/([^\s=]+)=(?:"([^"]*)"|(\S*))/g)].map(([, key = '', quoted, plain = '']) => [key, quoted ?? plain] as const);
}

function expanded(value: string, known: ReadonlyMap<string, string>): string {
  return value.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => known.get(name) ?? '');
}
