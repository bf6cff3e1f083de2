/** How far apart colours look, also to people who see fewer of them. For tests of the palette. */
type Triple = [number, number, number];

const linear = (channel: number) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
const parse = (hex: string): Triple =>
  [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)) as Triple;

/** Full dichromacy in linear RGB: Machado, Oliveira and Fernandes, 2009, severity 1. */
const SEEN = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;

export type Vision = keyof typeof SEEN;

const row = (matrix: readonly number[], at: number, [x, y, z]: Triple) =>
  (matrix[at] ?? 0) * x + (matrix[at + 1] ?? 0) * y + (matrix[at + 2] ?? 0) * z;
const times = (matrix: readonly number[], value: Triple): Triple => [
  row(matrix, 0, value),
  row(matrix, 3, value),
  row(matrix, 6, value),
];

/** Björn Ottosson's OKLab, in which equal distances look about equally large. */
const TO_CONES = [
  0.4122214708, 0.5363325363, 0.0514459929, 0.2119034982, 0.6806995451, 0.1073969566, 0.0883024619, 0.2817188376,
  0.6299787005,
];
const TO_LAB = [
  0.2104542553, 0.793617785, -0.0040720468, 1.9779984951, -2.428592205, 0.4505937099, 0.0259040371, 0.7827717662,
  -0.808675766,
];
const clamp = (value: number) => Math.min(1, Math.max(0, value));
const oklab = (colour: Triple) => times(TO_LAB, times(TO_CONES, colour.map(clamp) as Triple).map(Math.cbrt) as Triple);

/** OKLab distances of all pairs of `#rrggbb` colours. */
export function distances(colours: readonly string[], vision: Vision): number[] {
  const seen = colours.map((hex) => oklab(times(SEEN[vision], parse(hex))));
  return seen.flatMap((a, index) =>
    seen.slice(index + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])),
  );
}
