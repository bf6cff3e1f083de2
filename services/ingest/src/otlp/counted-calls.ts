import { type CallKind, callKindOf } from './call-kind.ts';
import type { Span } from './span.ts';
import { usageOfSpan } from './span-usage.ts';

/** How many spans may lie between two that are the same call. It bounds the search in a chain without end. */
const MAX_LEVELS = 32;

interface Call {
  span: Span;
  kind: CallKind;
  reportsUsage: boolean;
  /** A span inside of it, of the same kind, reports usage or is a call at least. */
  innerReports: boolean;
  hasInner: boolean;
  outerReports: boolean;
}

/**
 * The calls among the spans of a request, each once. A framework and the client below it may both have a span for the same
 * call, one inside the other, and the AI SDK has two alike for embeddings: the innermost span that reports usage
 * counts. What arrives in another request is not seen; the provider's response id finds it there.
 */
export function countedCalls(spans: readonly Span[]): Span[] {
  const byId = new Map(spans.map((span) => [idOf(span.traceId, span.spanId), span]));
  const calls = new Map<Span, Call>();
  for (const span of spans) {
    const kind = callKindOf(span);
    if (kind === undefined) continue;
    const reportsUsage = usageOfSpan(span.attributes).usage !== undefined;
    calls.set(span, { span, kind, reportsUsage, innerReports: false, hasInner: false, outerReports: false });
  }
  for (const call of calls.values()) {
    for (const outer of outerCalls(call, byId, calls)) {
      outer.hasInner = true;
      outer.innerReports ||= call.reportsUsage;
      call.outerReports ||= outer.reportsUsage;
    }
  }
  return [...calls.values()].filter(isCounted).map(({ span }) => span);
}

function isCounted({ reportsUsage, innerReports, hasInner, outerReports }: Call): boolean {
  if (innerReports) return false;
  return reportsUsage || !(hasInner || outerReports);
}

function* outerCalls(call: Call, byId: ReadonlyMap<string, Span>, calls: ReadonlyMap<Span, Call>): Generator<Call> {
  let { span } = call;
  for (let level = 0; level < MAX_LEVELS && span.parentSpanId !== ''; level += 1) {
    const parent = byId.get(idOf(span.traceId, span.parentSpanId));
    if (parent === undefined || parent === call.span) return;
    const outer = calls.get(parent);
    if (outer?.kind === call.kind) yield outer;
    span = parent;
  }
}

const idOf = (traceId: string, spanId: string) => `${traceId} ${spanId}`;
