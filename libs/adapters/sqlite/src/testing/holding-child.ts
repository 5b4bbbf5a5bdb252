import { SqliteTaskStore } from '../sqlite-task-store.ts';

// A process that holds the state folder it is given until its input ends; it prints its number when it does.
const store = SqliteTaskStore.open(process.argv[2] ?? '');
process.stdout.write(`${process.pid}\n`);
process.stdin.resume().once('end', () => store.close());
