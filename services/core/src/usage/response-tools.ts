import { countOf, type Fields, fieldsOf, isFields } from './fields.ts';
import type { ToolCounts } from './normal-form.ts';

/**
 * Counts the billed tool calls in a response, for the providers whose usage object does not have them: OpenAI's Responses
 * (https://platform.openai.com/docs/guides/tools-web-search) and Gemini's grounding (https://ai.google.dev/gemini-api/docs/google-search).
 */
export function countResponseTools(response: Fields): ToolCounts | undefined {
  if (Array.isArray(response.output)) return countOutputItems(response.output, statedSearches(response));
  if (Array.isArray(response.candidates)) return countGroundingQueries(response.candidates);
  return undefined;
}

/** Of a web search only `search` actions are billed, not the pages that it opens; code interpreter by container. */
function countOutputItems(items: readonly unknown[], stated: number | undefined): ToolCounts | undefined {
  let webSearches = 0;
  let fileSearches = 0;
  const containers = new Set<unknown>();
  for (const item of items) {
    if (!isFields(item)) continue;
    const action = isFields(item.action) ? item.action.type : undefined;
    if (item.type === 'web_search_call' && (action === undefined || action === 'search')) webSearches++;
    if (item.type === 'file_search_call') fileSearches++;
    if (item.type === 'code_interpreter_call') containers.add(item.container_id ?? item.id);
  }
  return toolCounts(stated ?? webSearches, fileSearches, containers.size);
}

/** Newer responses say it themselves, in `tool_usage`. */
function statedSearches({ tool_usage }: Fields): number | undefined {
  return countOf(fieldsOf(fieldsOf(tool_usage).web_search).num_requests, 'num_requests');
}

function countGroundingQueries(candidates: readonly unknown[]): ToolCounts | undefined {
  const queries = new Set<unknown>();
  for (const candidate of candidates) {
    const grounding = isFields(candidate) ? candidate.groundingMetadata : undefined;
    if (!isFields(grounding) || !Array.isArray(grounding.webSearchQueries)) continue;
    for (const query of grounding.webSearchQueries) if (query !== '') queries.add(query);
  }
  return toolCounts(queries.size, 0, 0);
}

export function toolCounts(webSearches: number, fileSearches: number, sessions: number): ToolCounts | undefined {
  const tools: ToolCounts = {};
  if (webSearches > 0) tools.webSearches = webSearches;
  if (fileSearches > 0) tools.fileSearches = fileSearches;
  if (sessions > 0) tools.codeInterpreterSessions = sessions;
  return Object.keys(tools).length > 0 ? tools : undefined;
}
