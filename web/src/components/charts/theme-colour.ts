import type { Theme } from '../../lib/theme.ts';

/** The value that the document gives to `var(--name)` now: a canvas does not know custom properties. */
export function readColour(reference: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(reference)?.[1];
  return name ? getComputedStyle(document.documentElement).getPropertyValue(name).trim() : reference;
}

const known = { light: new Map<string, string>(), dark: new Map<string, string>() };

/** The same for the theme that is on, each colour read once: asking for a computed style is slow in a loop. */
export function themeColours(theme: Theme): (reference: string) => string {
  return (reference) => {
    const colour = known[theme].get(reference) ?? readColour(reference);
    known[theme].set(reference, colour);
    return colour;
  };
}
