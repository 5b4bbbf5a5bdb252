import { InMemoryArtifactStore } from '@mle-smith/package/testing';
import { SandboxJobRunner } from '../sandbox-job-runner.ts';
import { repositoryPython } from './repository-python.ts';

// A host of its own, to be started with odd descriptors or killed: runs one program and prints its log.
const [workDirectory = '', program = ''] = process.argv.slice(2);
const jobs = await SandboxJobRunner.open({ artifacts: new InMemoryArtifactStore(), ...repositoryPython(), workDirectory });
const { log } = await jobs.run({
  name: 'job',
  zone: 'solve',
  trust: 'ours',
  run: { script: 'main.py' },
  inputs: [],
  files: { 'main.py': new TextEncoder().encode(program) },
});
process.stdout.write(log);
await jobs.close();
