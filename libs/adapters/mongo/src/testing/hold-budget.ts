/**
 * Sets an amount aside, says so, and waits to be killed.
 *
 * Usage: node hold-budget.ts URI ACCOUNT LIMIT COST
 */
import { MongoState } from '../mongo-state.ts';

const [uri = '', name = '', limit = '', cost = ''] = process.argv.slice(2);
const { budgets } = await MongoState.open(uri);
await budgets.reserve([{ name, limit: { cost: Number(limit) } }], { cost: Number(cost), tokens: 0 });
console.log('held');
setInterval(() => undefined, 1_000);
