import { type RawBuilder, sql } from 'kysely';

/** Somebody as the records know them: the end user of a program, or one of its customers. */
export interface Person {
  kind: 'user' | 'customer';
  value: string;
}

const COLUMN = { user: 'end_user', customer: 'customer' } as const;

/** The records that are a person's. */
export const isOf = ({ kind, value }: Person): RawBuilder<unknown> => sql`${sql.id(COLUMN[kind])} = ${value}`;
