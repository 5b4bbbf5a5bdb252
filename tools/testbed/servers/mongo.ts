import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keptPort, listens } from '../ports.ts';
import { birthOf, endGroup, exists, mavenJars, runTool, startDetached } from '../processes.ts';
import type { RunningServer, ServerRecipe } from '../server-recipe.ts';
import { waitFor } from '../wait-for.ts';

const VERSION = '1.47.0';
const SOURCES = join(import.meta.dirname, 'mongo');
const START_MS = 60_000;

/** A stand-in for MongoDB (decision 41) that is atomic and quick to have; Java 17 with its compiler and Maven must be here. */
function mongoRecipe(name: string, variable: string, kept: boolean): ServerRecipe {
  return {
    name,
    software: `mongo-java-server ${VERSION}, a stand-in for MongoDB`,
    variable,
    install,
    start: (home, run) => start(name, home, run, kept),
    healthy: (server) => listens(new URL(server.address).host),
  };
}

/** In memory: quick, and gone when it ends. */
export const mongo = mongoRecipe('mongo', 'MONGODB_URI', false);
/** In a file: takes up what it left. Far slower with long queues. */
export const mongoKept = mongoRecipe('mongo-kept', 'MONGODB_KEPT_URI', true);

async function install(home: string): Promise<void> {
  const done = join(home, `complete-${VERSION}`);
  if (await exists(done)) return;
  if ((await runTool('sh', ['-c', 'javac -version 2>&1']).catch(() => '')) === '')
    throw new Error('a Java compiler is needed (package openjdk-17-jdk-headless)');
  await mavenJars(join(SOURCES, 'pom.xml'), 'server.version', VERSION, home);
  await runTool('javac', ['-cp', join(home, 'jars/*'), '-d', home, join(SOURCES, 'StandIn.java')]);
  await writeFile(done, '');
}

async function start(name: string, home: string, run: string, kept: boolean): Promise<RunningServer> {
  const log = join(run, 'mongo.log');
  const port = await keptPort(run);
  await writeFile(log, '');
  const settings = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  const file = kept ? [join(run, 'data.mv')] : [];
  const pid = await startDetached('java', [...settings, '-cp', `${join(home, 'jars/*')}:${home}`, 'StandIn', String(port), ...file], log);
  let dead = false;
  const answered = await waitFor(async () => {
    dead = (await birthOf(pid)) === undefined;
    return dead || (await readFile(log, 'utf8')).split('\n').includes('ready');
  }, START_MS);
  if (dead || !answered) {
    await endGroup(pid, 'SIGKILL');
    throw new Error(`the stand-in for MongoDB did not start: ${(await readFile(log, 'utf8')).trim().split('\n').slice(-5).join(' | ')}`);
  }
  return { name, address: `mongodb://127.0.0.1:${port}`, pid, details: {} };
}
