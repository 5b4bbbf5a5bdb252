export { COMPRESSION, KafkaDrill, type LyingMessage } from './kafka-drill.ts';
export { newsOf, poisonOf, type Poison } from './poison.ts';
