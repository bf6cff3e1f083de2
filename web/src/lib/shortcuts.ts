const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** As it is written on the keyboard at hand. */
export const modifierKey = isMac ? '⌘' : 'Ctrl ';

/** Whether the key belongs to what is being typed, and not to the page. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
