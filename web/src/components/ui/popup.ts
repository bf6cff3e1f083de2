/** The surface of everything that floats: menus, pickers, popovers. */
export const popupClass = 'rounded-md border border-line bg-surface shadow-popup outline-none popup-motion';
export const POPUP_LAYER = 'z-50';

/** What lies between the page and a dialog. */
export const backdropClass =
  'fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0';
