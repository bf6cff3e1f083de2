/**
 * Which models are of one kind, which of them are smaller, and which came later. No prices: those are the price list's.
 *
 * A family is a list of lines, the most able first; a line lists models of one size in the order of their release. Names are
 * the makers', without a date where the list has one without. Only what the makers themselves say belongs here:
 * - Anthropic: https://docs.claude.com/en/docs/about-claude/models/overview,
 *   https://docs.claude.com/en/docs/about-claude/model-deprecations
 * - OpenAI: https://platform.openai.com/docs/models, https://platform.openai.com/docs/deprecations
 * - Google: https://ai.google.dev/gemini-api/docs/models, https://ai.google.dev/gemini-api/docs/deprecations
 * - Mistral: https://docs.mistral.ai/getting-started/models/models_overview/
 * - DeepSeek: https://api-docs.deepseek.com/quick_start/pricing
 * - xAI: https://docs.x.ai/docs/models
 * - Amazon: https://docs.aws.amazon.com/nova/latest/userguide/what-is-nova.html
 */
interface Family {
  name: string;
  /**
   * Prompts are cached only where the caller marks them (https://docs.claude.com/en/docs/build-with-claude/prompt-caching);
   * others cache by themselves.
   */
  markedCaching?: true;
  lines: readonly (readonly string[])[];
}

export const MODEL_FAMILIES: readonly Family[] = [
  {
    name: 'claude',
    markedCaching: true,
    lines: [
      [
        'claude-3-opus',
        'claude-opus-4',
        'claude-opus-4-1',
        'claude-opus-4-5',
        'claude-opus-4-6',
        'claude-opus-4-7',
        'claude-opus-4-8',
        'claude-opus-5',
      ],
      ['claude-3-7-sonnet', 'claude-sonnet-4', 'claude-sonnet-4-5', 'claude-sonnet-4-6', 'claude-sonnet-5'],
      ['claude-3-haiku', 'claude-haiku-4-5'],
    ],
  },
  // Those that think before they answer are a family of their own: the same answer takes other numbers of tokens.
  {
    name: 'gpt-4',
    lines: [
      ['gpt-4', 'gpt-4-turbo', 'gpt-4o', 'gpt-4.1'],
      ['gpt-3.5-turbo', 'gpt-4o-mini', 'gpt-4.1-mini'],
      ['gpt-4.1-nano'],
    ],
  },
  {
    name: 'o',
    lines: [
      ['o1-pro', 'o3-pro'],
      ['o1', 'o3'],
      ['o3-mini', 'o4-mini'],
    ],
  },
  {
    name: 'gpt-5',
    lines: [
      ['gpt-5', 'gpt-5.1', 'gpt-5.2', 'gpt-5.4', 'gpt-5.5'],
      ['gpt-5-mini', 'gpt-5.4-mini'],
      ['gpt-5-nano', 'gpt-5.4-nano'],
    ],
  },
  { name: 'gpt-5-pro', lines: [['gpt-5-pro', 'gpt-5.2-pro', 'gpt-5.4-pro', 'gpt-5.5-pro']] },
  {
    name: 'gpt-codex',
    lines: [['gpt-5-codex', 'gpt-5.1-codex', 'gpt-5.2-codex', 'gpt-5.3-codex'], ['gpt-5.1-codex-mini']],
  },
  { name: 'gpt-5.6', lines: [['gpt-5.6-sol'], ['gpt-5.6-terra'], ['gpt-5.6-luna']] },
  {
    name: 'gemini',
    lines: [
      ['gemini-2.5-pro', 'gemini-3-pro-preview', 'gemini-3.1-pro-preview'],
      ['gemini-2.0-flash', 'gemini-2.5-flash', 'gemini-3-flash-preview', 'gemini-3.5-flash', 'gemini-3.6-flash'],
      ['gemini-2.0-flash-lite', 'gemini-2.5-flash-lite', 'gemini-3.1-flash-lite', 'gemini-3.5-flash-lite'],
    ],
  },
  {
    name: 'mistral',
    lines: [
      ['mistral-large-2402', 'mistral-large-2407', 'mistral-large-2411', 'mistral-large-2512'],
      ['mistral-medium-2505', 'mistral-medium-2508', 'mistral-medium-2604'],
      ['mistral-small-3-2-2506'],
    ],
  },
  { name: 'deepseek-v4', lines: [['deepseek-v4-pro'], ['deepseek-v4-flash']] },
  { name: 'grok-4-fast', lines: [['grok-4-fast-reasoning', 'grok-4-1-fast-reasoning']] },
  { name: 'nova', lines: [['nova-pro'], ['nova-lite'], ['nova-micro']] },
];

/**
 * Models that a maker replaced by one of another line: GPT-5.6 Terra is "comparable to the previous generation at half the
 * cost" (https://vercel.com/changelog/gpt-5-6-now-available-on-ai-gateway).
 */
export const REPLACED_BY: Readonly<Record<string, string>> = { 'gpt-5.5': 'gpt-5.6-terra' };

export interface Place {
  family: Family;
  line: number;
  index: number;
}

const PLACES = new Map<string, Place>(
  MODEL_FAMILIES.flatMap((family) =>
    family.lines.flatMap((names, line) => names.map((name, index): [string, Place] => [name, { family, line, index }])),
  ),
);

/** Where a model stands; undefined for one that is not in the table. */
export const placeOf = (member: string): Place | undefined => PLACES.get(member);

/** Later models of the same size, the newest first. */
export function successorsOf(member: string): string[] {
  const place = PLACES.get(member);
  const later = place?.family.lines[place.line]?.slice(place.index + 1).reverse() ?? [];
  const replacement = REPLACED_BY[member];
  return replacement === undefined ? later : [...later, replacement];
}

/** Models of the next smaller size, the newest first. */
export function smallerThan(member: string): string[] {
  const place = PLACES.get(member);
  return place ? [...(place.family.lines[place.line + 1] ?? [])].reverse() : [];
}
