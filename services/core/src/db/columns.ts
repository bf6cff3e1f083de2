/** Column names by token class: each stands for `<name>_tokens` and `<name>_pico_usd`. */
export const TOKEN_COLUMNS = [
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'input_audio',
  'input_image',
  'input_video',
  'cache_read_audio',
  'cache_read_image',
  'cache_write_audio',
  'output',
  'reasoning',
  'output_audio',
  'output_image',
  'output_video',
] as const;

/** Everything that costs: the token classes, what is billed by unit, and tools. */
export const COST_COLUMNS = [...TOKEN_COLUMNS, 'units', 'tools'] as const;

export type TokenColumn = (typeof TOKEN_COLUMNS)[number];
export type CostColumn = (typeof COST_COLUMNS)[number];
