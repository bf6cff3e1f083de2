import { type RawBuilder, sql } from 'kysely';

/** Somebody as the records know them: the end user of a program, or one of its customers. */
export interface Person {
  kind: 'user' | 'customer';
  value: string;
}

const COLUMN = { user: 'end_user', customer: 'customer' } as const;

/** The records that are a person's. */
export const isOf = ({ kind, value }: Person): RawBuilder<unknown> => sql`${sql.id(COLUMN[kind])} = ${value}`;

/** A regular expression of Postgres that finds the name in a sentence: as a word, not as a part of a longer one. */
export const nameInText = ({ value }: Person): string => `(^|[^[:alnum:]])${literal(value)}($|[^[:alnum:]])`;

/** The same for sentences that say whose name it is: “user bob”, “Customer `acme`”. */
export const labelledInText = ({ kind, value }: Person): string =>
  `[${kind.charAt(0).toUpperCase()}${kind.charAt(0)}]${kind.slice(1)} \`?${literal(value)}($|[^[:alnum:]])`;

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
