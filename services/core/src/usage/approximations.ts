/** Why counts may differ from what is billed. Stored with the record and shown to people, so never renamed. */
export const READ_APPROXIMATIONS = {
  cached_modality_assumed: 'The usage does not say which of text, audio and images was cached; text was assumed first.',
  input_read_as_exclusive: 'The cache counts exceed the input, so the input was read as not including them.',
  modality_assumed: 'The usage does not split the tokens by modality; that of the endpoint was assumed.',
  other_model_iterations: 'The call ran steps on another model, which are not part of its cost.',
} as const;

export type ReadApproximation = keyof typeof READ_APPROXIMATIONS;
