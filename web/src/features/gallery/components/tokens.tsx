import { Specimen, State } from './specimen.tsx';

const COLOURS = [
  'canvas',
  'surface',
  'sunken',
  'line',
  'line-strong',
  'ink',
  'muted',
  'subtle',
  'accent',
  'good',
  'warn',
  'bad',
];
const SERIES = ['1', '2', '3', '4', '5', '6', '7', '8', 'other'];
const SIZES = ['text-2xs', 'text-xs', 'text-sm', 'text-md', 'text-lg', 'text-xl', 'text-2xl', 'text-3xl'];

const Swatch = ({ name, value }: { name: string; value: string }) => (
  <div className="flex w-16 flex-col gap-1">
    <span className="h-9 rounded-sm border border-line" style={{ background: value }} />
    <span className="truncate text-2xs text-subtle">{name}</span>
  </div>
);

export const Tokens = () => (
  <Specimen name="Tokens">
    <State name="colours">
      <div className="flex flex-wrap gap-3">
        {COLOURS.map((name) => (
          <Swatch key={name} name={name} value={`var(--${name})`} />
        ))}
      </div>
    </State>
    <State name="series">
      <div className="flex flex-wrap gap-3">
        {SERIES.map((name) => (
          <Swatch key={name} name={name} value={`var(--series-${name})`} />
        ))}
      </div>
    </State>
    <State name="type">
      <div className="flex flex-wrap items-baseline gap-4">
        {SIZES.map((size) => (
          <span key={size} className={size}>
            $1,204.33
          </span>
        ))}
        <span className="font-mono text-xs">tgk_9fK2</span>
      </div>
    </State>
  </Specimen>
);
