/** A sentence in which `names` stand between backticks. */
export function CodeText({ text }: { text: string }) {
  // Every second part stood between two of them; an odd one is a character like any other.
  const parts = text.split('`');
  if (parts.length % 2 === 0) return text;
  return parts.map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other identity
      <code key={index} className="font-mono text-[0.92em] break-all text-ink">
        {part}
      </code>
    ),
  );
}
