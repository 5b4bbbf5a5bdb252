import type { TableProfile } from '@mle-smith/contracts';

type Other = Extract<TableProfile['reader'], { format: 'joined' }>['others'][number];

/** The table that a row refers to and a column was joined from; undefined for what a row says of itself, parts of its table in other files included. */
export function referredTable({ reader }: TableProfile, column: string): Other | undefined {
  return reader.format === 'joined' ? reader.others.find((other) => other.prefix !== '' && column.startsWith(other.prefix)) : undefined;
}
