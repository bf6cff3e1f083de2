import { TOKEN_COLUMNS, type TokenColumn } from '../../db/columns.ts';

/** Sums of tokens that people ask for, by the names they have in the daily rollup by value, and what each adds up. */
export const TOKEN_GROUPS = {
  total_tokens: TOKEN_COLUMNS,
  input_tokens: ['input', 'input_audio', 'input_image', 'input_video'],
  cache_read_tokens: ['cache_read', 'cache_read_audio', 'cache_read_image'],
  cache_write_tokens: ['cache_write_5m', 'cache_write_1h', 'cache_write_audio'],
  output_tokens: ['output', 'output_audio', 'output_image', 'output_video'],
  reasoning_tokens: ['reasoning'],
} as const satisfies Record<string, readonly TokenColumn[]>;

export type TokenGroup = keyof typeof TOKEN_GROUPS;
