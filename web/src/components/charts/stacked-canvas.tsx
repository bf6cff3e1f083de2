import { Chart, type ChartConfiguration, type ChartDataset } from 'chart.js';
import { useEffect, useRef, useState } from 'react';
import { useTheme } from '../../lib/theme.ts';
import { type BarChart, crosshair, type DrawnLine, type Hover, hatching, hovering, lines } from './chart-setup.ts';
import { ChartTooltip } from './chart-tooltip.tsx';
import type { TimeSeriesData } from './series.ts';
import { themeColours } from './theme-colour.ts';

/** Bars narrower than this have no room for a line between the parts of a stack. */
const SEPARATED_FROM_PX = 7;
/** Appended to a colour `#rrggbb`: what is not highlighted steps back. */
const FAINT = '40';

export interface StackedCanvasProps {
  label: string;
  data: TimeSeriesData;
  formatAxis: (value: number) => string;
  /** The series that the pointer rests on in the legend. */
  highlighted: string | undefined;
}

const asNumbers = (values: readonly (number | null)[]): number[] => values.map((value) => value ?? Number.NaN);

/** Gives the axes their values; the lines are drawn over it. */
const unseen = (label: string, values: readonly (number | null)[]): ChartDataset<'bar', number[]> => ({
  label,
  data: asNumbers(values),
  backgroundColor: 'transparent',
  hoverBackgroundColor: 'transparent',
  borderWidth: 0,
});

function datasets(
  data: TimeSeriesData,
  highlighted: string | undefined,
  width: number,
  colourOf: (reference: string) => string,
): ChartDataset<'bar', number[]>[] {
  const separated = width / Math.max(data.buckets.length, 1) >= SEPARATED_FROM_PX;
  const surface = colourOf('var(--surface)');
  if (data.shape === 'lines') return data.series.map(({ label, values }) => unseen(label, values));
  return data.series.map((series) => {
    const colour = colourOf(series.colour);
    const stepsBack = highlighted !== undefined && highlighted !== series.id;
    const fill = stepsBack ? colour + FAINT : colour;
    return {
      label: series.label,
      data: asNumbers(series.values),
      backgroundColor: fill,
      borderColor: surface,
      // The column under the pointer is shaded as a whole; its bars keep their colours.
      hoverBackgroundColor: fill,
      hoverBorderColor: surface,
      borderWidth: separated ? { top: 1 } : 0,
      borderSkipped: false,
      maxBarThickness: 56,
      categoryPercentage: 0.96,
      barPercentage: 0.84,
    };
  });
}

function configuration(
  formatAxis: { current: (value: number) => string },
  runningIndex: () => number,
  drawn: () => readonly DrawnLine[],
  onHover: (hover: Hover | undefined) => void,
): ChartConfiguration<'bar', number[], string> {
  return {
    type: 'bar',
    data: { labels: [], datasets: [] },
    plugins: [crosshair, hatching(runningIndex), lines(drawn), hovering(onHover)],
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: {
          stacked: true,
          border: { display: false },
          grid: { display: false },
          ticks: { maxRotation: 0, autoSkip: true, autoSkipPadding: 24, font: { size: 11 }, padding: 4 },
        },
        y: {
          stacked: true,
          beginAtZero: true,
          border: { display: false },
          grid: { drawTicks: false },
          ticks: {
            maxTicksLimit: 5,
            padding: 8,
            font: { size: 11 },
            callback: (value) => formatAxis.current(Number(value)),
          },
        },
      },
    },
  };
}

/** Lines are not hatched: the last piece of each is dashed in its place. */
const hatchedIndex = (data: TimeSeriesData) =>
  data.shape === 'stack' ? data.buckets.findIndex(({ running }) => running) : -1;

const linesOf = (
  data: TimeSeriesData,
  highlighted: string | undefined,
  colourOf: (reference: string) => string,
): DrawnLine[] =>
  data.shape === 'stack'
    ? []
    : data.series.map(({ id, colour, values }) => ({
        colour: colourOf(colour) + (highlighted !== undefined && highlighted !== id ? FAINT : ''),
        values,
        runningFrom: data.buckets.findIndex(({ running }) => running),
      }));

/** The canvas itself, in a chunk of its own together with chart.js. */
export default function StackedCanvas({ label, data, formatAxis, highlighted }: StackedCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<BarChart>(undefined);
  const runningIndex = useRef(-1);
  const drawn = useRef<readonly DrawnLine[]>([]);
  const axis = useRef(formatAxis);
  const [hover, setHover] = useState<Hover>();
  const theme = useTheme();

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const created = new Chart(
      element,
      configuration(
        axis,
        () => runningIndex.current,
        () => drawn.current,
        setHover,
      ),
    );
    chart.current = created;
    return () => created.destroy();
  }, []);

  useEffect(() => {
    const current = chart.current;
    if (!current) return;
    const colourOf = themeColours(theme);
    axis.current = formatAxis;
    runningIndex.current = hatchedIndex(data);
    drawn.current = linesOf(data, highlighted, colourOf);
    current.data.labels = data.buckets.map(({ tick }) => tick);
    current.data.datasets = datasets(data, highlighted, current.width, colourOf);
    const { x, y } = current.options.scales ?? {};
    if (x) Object.assign(x, { stacked: data.shape === 'stack' });
    if (y) Object.assign(y, { stacked: data.shape === 'stack' });
    const ink = colourOf('var(--subtle)');
    if (x?.ticks) x.ticks.color = ink;
    if (y?.ticks) y.ticks.color = ink;
    if (y?.grid) y.grid.color = colourOf('var(--line)');
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    current.update('none');
  }, [data, formatAxis, highlighted, theme]);

  return (
    <div className="relative size-full">
      <canvas ref={canvas} role="img" aria-label={label} />
      {hover && <ChartTooltip hover={hover} data={data} />}
    </div>
  );
}
