const BROWSERS: readonly (readonly [RegExp, string])[] = [
  // Most of them claim to be others as well: the particular ones come first.
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|Chromium|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.*\bSafari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

export interface UserAgent {
  /** As `Firefox on Windows`, or what the program calls itself. */
  name: string;
  handheld: boolean;
}

/** What a person recognizes a session by. */
export function readUserAgent(text: string | null): UserAgent {
  const find = (list: typeof BROWSERS) => list.find(([pattern]) => pattern.test(text ?? ''))?.[1];
  const browser = find(BROWSERS);
  const system = find(SYSTEMS);
  const handheld = system === 'iPhone' || system === 'iPad' || system === 'Android';
  if (browser !== undefined) return { name: system === undefined ? browser : `${browser} on ${system}`, handheld };
  return { name: text?.split('/')[0]?.slice(0, 40) || 'Unknown program', handheld };
}
