/** The version of the suite. */
export const VERSION = '0.1.0';
