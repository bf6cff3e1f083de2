/** Two small editions of a price file, for tests: what differs between them is what differs between real ones. */

const model = (input: string, output: string, more: Record<string, unknown> = {}) => ({
  litellm_provider: 'openai',
  mode: 'chat',
  input_cost_per_token: `@${input}@`,
  output_cost_per_token: `@${output}@`,
  ...more,
});

/** Numbers as the file writes them: through `JSON.stringify` they would lose digits. */
export const priceFile = (models: Record<string, unknown>) => JSON.stringify(models).replaceAll(/"@|@"/g, '');

const APRIL_MODELS = {
  sample_spec: { input_cost_per_token: 0 },
  'model-same': model('2.5e-07', '1e-06'),
  'model-cheaper': model('2e-06', '8e-06'),
  'model-tenth': model('2e-07', '0'),
  'model-mode': model('1e-06', '2e-06'),
  'model-gone': model('3e-06', '6e-06'),
  'model-bad': model('5e-06', '5e-06'),
};

const AUGUST_MODELS = {
  'model-same': model('0.00000025', '0.000001'),
  'model-cheaper': model('1.5e-06', '8e-06', { cache_read_input_token_cost: '@1.5e-07@' }),
  'model-tenth': model('2e-08', '0'),
  'model-mode': model('1e-06', '2e-06', { mode: 'completion' }),
  'model-new': model('1e-06', '1e-06'),
  'model-bad': model('-1', '5e-06'),
  'model-free': { ...model('1e-06', '1e-06'), input_cost_per_token: 'free' },
  'model-dear': model('1e9', '1e-06'),
};

export const APRIL = priceFile(APRIL_MODELS);
export const AUGUST = priceFile(AUGUST_MODELS);
