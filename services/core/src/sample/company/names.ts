/**
 * Invented names. `stride` has no common divisor with the number of combinations, so that multiplying by it visits each of
 * them once.
 */
export interface NameParts {
  first: readonly string[];
  second: readonly string[];
  joiner: string;
  stride: number;
}

const combine = (front: string, back: string): string[] =>
  front.split(' ').flatMap((a) => back.split(' ').map((b) => a + b));

/** 24 × 12 × 16 = 4,608 customers, such as `quillmere-freight`. */
export const CUSTOMER_NAMES: NameParts = {
  first: combine(
    'quill bracken ember thistle hollow lark ponder wren tamar osier marl fennel ' +
      'cinder dapple gorse heron juniper kestrel linnet mallow nettle pipit rowan sedge',
    'mere loft wick combe stead gate holm garth fold beck thwaite ley',
  ),
  second: (
    'freight foods textiles tools paper ceramics lighting cycles garden optics timber bakery marine fasteners ' +
    'packaging instruments'
  ).split(' '),
  joiner: '-',
  stride: 2657,
};

/** 40 × 49 = 1,960 employees, such as `tavi.ormsel`. */
export const EMPLOYEE_NAMES: NameParts = {
  first: (
    'tavi mirel osku brenna jorin elka sunniva dario pelle yara nilo ketra abel ronja fenno ilse marek odile saskia tomma ' +
    'vesna wim zelda kaito leocadia bohdan edda ferran gwenno hamza ines jalo kirsi lumi milo noor ottilie pavel ruut silvan'
  ).split(' '),
  second: combine('orm tol vand hask brem lind quar', 'sel vane eric oth arde iker umo'),
  joiner: '.',
  stride: 1013,
};
