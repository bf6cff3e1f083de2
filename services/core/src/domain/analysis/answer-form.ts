import Type, { type Static } from 'typebox';

/** The name of the tool by which the model answers. */
export const ANSWER_TOOL = 'report_findings';

const MAX_FINDINGS = 12;

const strict = { additionalProperties: false } as const;
const Level = Type.Enum(['low', 'medium', 'high']);
const Name = Type.String({ minLength: 1, maxLength: 200 });

/** Which calls: those that have all of these. Names as the document has them. */
const Scope = Type.Object(
  {
    provider: Type.Optional(Name),
    model: Type.Optional(Name),
    feature: Type.Optional(Name),
    environment: Type.Optional(Name),
    project: Type.Optional(Name),
    key: Type.Optional(Name),
    user: Type.Optional(Name),
    customer: Type.Optional(Name),
    tagvalue: Type.Optional(Name),
    tier: Type.Optional(Name),
  },
  { ...strict, description: 'Which calls, by the names of the document. An empty object: all calls.' },
);

/** What can be proposed. A closed set, so that each can be priced by our own engine. */
const Action = Type.Union(
  [
    Type.Object(
      { type: Type.Literal('switch_model'), scope: Scope, to: Type.Object({ provider: Name, model: Name }, strict) },
      { ...strict, description: 'Another model for these calls: one of modelsToSwitchTo or byModel.' },
    ),
    Type.Object(
      { type: Type.Literal('use_batch'), scope: Scope },
      { ...strict, description: 'Send these calls by the provider’s batch API: nobody waits for them.' },
    ),
    Type.Object(
      { type: Type.Literal('change_tier'), scope: Scope, tier: Type.Enum(['standard', 'flex']) },
      { ...strict, description: 'Another service tier for these calls.' },
    ),
    Type.Object(
      { type: Type.Literal('add_caching'), scope: Scope, readShare: Type.Number({ minimum: 0.05, maximum: 0.98 }) },
      {
        ...strict,
        description: 'Prompt caching; readShare: the share of prompt tokens that would be read from the cache.',
      },
    ),
    Type.Object(
      {
        type: Type.Literal('shorten_prompts'),
        scope: Scope,
        inputFactor: Type.Number({ minimum: 0.1, maximum: 0.99 }),
      },
      { ...strict, description: 'Shorter prompts; inputFactor: the share of prompt tokens that would remain.' },
    ),
    Type.Object(
      {
        type: Type.Literal('lower_max_tokens'),
        scope: Scope,
        outputFactor: Type.Number({ minimum: 0.1, maximum: 0.99 }),
      },
      { ...strict, description: 'Shorter answers; outputFactor: the share of output tokens that would remain.' },
    ),
    Type.Object(
      { type: Type.Literal('lower_effort'), scope: Scope, effort: Type.Enum(['none', 'minimal', 'low', 'medium']) },
      { ...strict, description: 'Less reasoning effort.' },
    ),
    Type.Object(
      { type: Type.Literal('advice'), scope: Scope },
      { ...strict, description: 'Anything else that is worth doing, without a figure.' },
    ),
  ],
  { description: 'Exactly one of these.' },
);

export const Finding = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 160, description: 'What to do, in one line.' }),
    explanation: Type.String({ minLength: 1, maxLength: 1_500, description: 'Why, with the figures behind it.' }),
    steps: Type.Array(Type.String({ minLength: 1, maxLength: 400 }), { maxItems: 8 }),
    confidence: Level,
    effort: Level,
    risk: Level,
    action: Action,
  },
  strict,
);

export const Answer = Type.Object(
  {
    summary: Type.String({ minLength: 1, maxLength: 2_000, description: 'What stands out, in a few sentences.' }),
    findings: Type.Array(Finding, { maxItems: MAX_FINDINGS }),
  },
  strict,
);

export type Finding = Static<typeof Finding>;
export type FindingAction = Finding['action'];
export type FindingScope = Static<typeof Scope>;
export type Answer = Static<typeof Answer>;
