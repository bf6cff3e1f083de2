import { expect, it } from 'vitest';
import { TOKEN_COLUMNS } from '../../db/columns.ts';
import { TOKEN_CLASSES } from '../../usage/normal-form.ts';
import { tokenClassOf, tokenColumnOf } from './class-columns.ts';

it('every token class has its column and every column its class, in the same order', () => {
  expect(TOKEN_CLASSES.map(tokenColumnOf)).toEqual([...TOKEN_COLUMNS]);
  expect(TOKEN_COLUMNS.map(tokenClassOf)).toEqual([...TOKEN_CLASSES]);
});
