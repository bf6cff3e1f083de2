import type { Attribution } from '../record/attribution.ts';
import type { EndpointOverrides } from './endpoint.ts';

/** What a wrapped client is told once: attribution for all of its calls, and what its address does not tell. */
export interface WrapOptions extends Attribution, EndpointOverrides {
  /**
   * Whether streams of chat completions are asked for their usage with `stream_options.include_usage`, the only way
   * to learn it. The extra chunk is taken out again: you see the stream that you would have seen. A request that says
   * `include_usage` itself, true or false, is left as it is. Default: where the provider needs and knows it.
   */
  includeUsage?: boolean | undefined;
}
