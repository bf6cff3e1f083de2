import { BarController, BarElement, CategoryScale, Chart, LinearScale, type Plugin } from 'chart.js';
import { readColour } from './theme-colour.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale);

export type BarChart = Chart<'bar', number[], string>;

/** Shades the column under the pointer, from top to bottom. */
export const crosshair: Plugin<'bar'> = {
  id: 'crosshair',
  beforeDatasetsDraw(chart) {
    const index = chart.getActiveElements()[0]?.index;
    const count = chart.data.labels?.length ?? 0;
    const scale = chart.scales.x;
    if (index === undefined || !scale || count === 0) return;
    const { ctx, chartArea } = chart;
    const width = chartArea.width / count;
    ctx.save();
    ctx.fillStyle = readColour('var(--hover)');
    ctx.fillRect(scale.getPixelForValue(index) - width / 2, chartArea.top, width, chartArea.height);
    ctx.restore();
  },
};

/** Where the pointer is: a column of the chart, and its middle in pixels from the left edge. */
export interface Hover {
  index: number;
  x: number;
  chartWidth: number;
}

/** Tells which column the pointer is in. The library's own tooltip would be code that every first visit loads. */
export function hovering(onHover: (hover: Hover | undefined) => void): Plugin<'bar'> {
  let told: number | undefined;
  return {
    id: 'hovering',
    afterEvent(chart) {
      const index = chart.getActiveElements()[0]?.index;
      if (index === told) return;
      told = index;
      const x = index === undefined ? undefined : chart.scales.x?.getPixelForValue(index);
      onHover(index === undefined || x === undefined ? undefined : { index, x, chartWidth: chart.width });
    },
  };
}

const HATCH_PX = 6;

/** Hatches the column that is not over yet, so that it is not read as a fall. `-1`: there is none. */
export const hatching = (runningIndex: () => number): Plugin<'bar'> => ({
  id: 'hatching',
  afterDatasetsDraw(chart) {
    const index = runningIndex();
    const bars = chart.data.datasets.flatMap((_, dataset) => {
      const element = chart.getDatasetMeta(dataset).data[index];
      if (!(element instanceof BarElement)) return [];
      const { x, y, width } = element.getProps(['x', 'y', 'width']);
      return x === null || y === null ? [] : [{ x, y, width }];
    });
    const first = bars[0];
    if (!first) return;
    const { ctx, chartArea } = chart;
    const left = first.x - first.width / 2;
    const top = Math.min(...bars.map(({ y }) => y));
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, first.width, chartArea.bottom - top);
    ctx.clip();
    ctx.strokeStyle = readColour('var(--surface)');
    ctx.globalAlpha = 0.6;
    ctx.lineWidth = 2;
    ctx.beginPath();
    for (let y = top - first.width; y < chartArea.bottom + first.width; y += HATCH_PX) {
      ctx.moveTo(left, y + first.width);
      ctx.lineTo(left + first.width, y);
    }
    ctx.stroke();
    ctx.restore();
  },
});

export interface DrawnLine {
  /** As the canvas takes it. */
  colour: string;
  values: readonly (number | null)[];
  /** From this bucket on it may still change. `-1`: nothing may. */
  runningFrom: number;
}

const LINE_PX = 2;
const POINT_PX = 2.5;

/**
 * Draws lines over the axes of the chart. The library's own line charts would be more than the first page has room for:
 * it comes in one piece, with what any page uses of it.
 */
export const lines = (drawn: () => readonly DrawnLine[]): Plugin<'bar'> => ({
  id: 'lines',
  afterDatasetsDraw({ ctx, chartArea, scales: { x: across, y: up } }) {
    if (!across || !up) return;
    ctx.save();
    ctx.beginPath();
    ctx.rect(chartArea.left, chartArea.top - LINE_PX, chartArea.width, chartArea.height + 2 * LINE_PX);
    ctx.clip();
    ctx.lineWidth = LINE_PX;
    ctx.lineJoin = 'round';
    for (const { colour, values, runningFrom } of drawn()) {
      ctx.strokeStyle = colour;
      ctx.fillStyle = colour;
      for (const [index, value] of values.entries()) {
        if (value === null) continue;
        const [x, y] = [across.getPixelForValue(index), up.getPixelForValue(value)];
        const before = values[index - 1] ?? null;
        if (before !== null) {
          ctx.setLineDash(index === runningFrom ? [2, 4] : []);
          ctx.beginPath();
          ctx.moveTo(across.getPixelForValue(index - 1), up.getPixelForValue(before));
          ctx.lineTo(x, y);
          ctx.stroke();
        } else if ((values[index + 1] ?? null) === null) {
          // A line needs two ends; what stands alone is a point.
          ctx.beginPath();
          ctx.arc(x, y, POINT_PX, 0, 2 * Math.PI);
          ctx.fill();
        }
      }
    }
    ctx.restore();
  },
});
