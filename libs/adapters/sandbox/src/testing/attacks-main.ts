import { runAttacks } from './run-attacks.ts';

// Run as another user by attacks.spec.ts; the outcomes are one JSON document on stdout.
process.stdout.write(JSON.stringify(await runAttacks()));
