import { Value } from 'typebox/value';
import { ANSWER_TOOL, Answer } from './answer-form.ts';
import type { ClaudeAnswer } from './claude.ts';

export type ReadAnswer =
  | { kind: 'answer'; answer: Answer }
  /** What the model is told; nothing of it is shown or logged. */
  | { kind: 'broken'; problems: string }
  | { kind: 'failed'; code: 'refused' | 'cut_off' | 'too_large' };

const MAX_PROBLEMS = 8;

/** Takes an answer for what it says, and for nothing more: what does not have the form is none. */
export function readAnswer({ stopReason, tool }: ClaudeAnswer): ReadAnswer {
  if (stopReason === 'refusal') return { kind: 'failed', code: 'refused' };
  if (stopReason === 'max_tokens') return { kind: 'failed', code: 'cut_off' };
  if (stopReason === 'model_context_window_exceeded') return { kind: 'failed', code: 'too_large' };
  if (tool === null)
    return { kind: 'broken', problems: `Answer by calling the tool ${ANSWER_TOOL}, and by nothing else.` };
  let input: unknown;
  try {
    input = JSON.parse(tool.input);
  } catch {
    return { kind: 'broken', problems: 'The input of the tool was not valid JSON.' };
  }
  if (!Value.Check(Answer, input)) return { kind: 'broken', problems: describeProblems(input) };
  return { kind: 'answer', answer: plain(input) };
}

function describeProblems(input: unknown): string {
  const problems = [...Value.Errors(Answer, input)]
    .slice(0, MAX_PROBLEMS)
    .map(({ instancePath, message }) => `- ${(instancePath || '/').slice(0, 200)}: ${message.slice(0, 200)}`);
  return `The input of the tool does not fit its schema:\n${problems.join('\n')}\nCall ${ANSWER_TOOL} again with all findings, corrected.`;
}

/** Texts are shown to people as they are: without addresses to follow, marks to be rendered, or characters that hide. */
const plainText = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\b[a-z][a-z0-9+.-]{1,20}:\/\/\S+|\bwww\.\S+|\b(?:mailto|tel|data|javascript):\S+/gi, '(address removed)')
    .replace(/<\/?[a-z!][^>]*>/gi, '')
    .replace(/[\p{Cc}\p{Default_Ignorable_Code_Point}]+/gu, ' ')
    .trim();

const plain = (answer: Answer): Answer => ({
  summary: plainText(answer.summary),
  findings: answer.findings.map((finding) => ({
    ...finding,
    title: plainText(finding.title),
    explanation: plainText(finding.explanation),
    steps: finding.steps.map(plainText).filter((step) => step !== ''),
  })),
});
