import { at, isFields, textAt, textOf } from '../json.ts';
import type { Reader, ResponseFacts } from '../reader.ts';
import { omit, reportedCost } from './shared.ts';

/** OpenAI embeddings: https://platform.openai.com/docs/api-reference/embeddings. They do not stream. */
export const embeddingsReader: Reader = {
  format: 'embeddings',
  path: /\/embeddings$/,
  request: (body) => ({ model: textAt(body, 'model') }),
  identity: (body) => ({ prefix: [], rest: [omit(body, ['user', 'encoding_format'])] }),
  promptText: (body) => textOf(at(body, 'input')),

  response(answer) {
    const facts: ResponseFacts = { model: textAt(answer, 'model') };
    const usage = at(answer, 'usage');
    if (isFields(usage)) facts.usage = usage;
    const cost = reportedCost(usage);
    if (cost !== undefined) facts.reportedCost = cost;
    const id = textAt(answer, 'id');
    if (id !== undefined) facts.responseId = id;
    return facts;
  },

  responseText: () => '',
  stream: () => ({ event: () => false, facts: () => ({ complete: true }), text: () => '' }),
};
