import { BarController, Chart, type ChartConfiguration, LinearScale, type Plugin } from 'chart.js';
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { useTheme } from '../../lib/theme.ts';
import type { StepData, StepSeriesProps } from './step-series.tsx';
import { themeColours } from './theme-colour.ts';
import { tooltipPlace } from './tooltip-place.ts';

Chart.register(BarController, LinearScale);

type StepChart = Chart<'bar', number[], string>;

/** Appended to a colour `#rrggbb`: what is not highlighted steps back. */
const FAINT = '40';
const LINE_PX = 2;

interface Drawn {
  data: StepData;
  /** Of each line, as the canvas takes it. */
  colours: readonly string[];
}

/**
 * Draws the lines over the axes of the chart. Its own line charts would be more than the first page has room for: chart.js
 * comes in one piece, with what any page uses of it.
 */
const steps = (drawn: { current: Drawn | undefined }): Plugin<'bar'> => ({
  id: 'steps',
  afterDatasetsDraw({ ctx, chartArea, scales: { x: across, y: up } }) {
    if (!drawn.current || !across || !up) return;
    const { data, colours } = drawn.current;
    ctx.save();
    ctx.beginPath();
    ctx.rect(chartArea.left, chartArea.top - LINE_PX, chartArea.width, chartArea.height + 2 * LINE_PX);
    ctx.clip();
    ctx.lineWidth = LINE_PX;
    ctx.lineJoin = 'round';
    for (const [index, { values }] of data.lines.entries()) {
      ctx.strokeStyle = colours[index] ?? '';
      ctx.beginPath();
      let joined = false;
      for (const [step, { at }] of data.steps.entries()) {
        const value = values[step];
        if (value !== null && value !== undefined) {
          const y = up.getPixelForValue(value);
          ctx[joined ? 'lineTo' : 'moveTo'](across.getPixelForValue(at), y);
          ctx.lineTo(across.getPixelForValue(data.steps[step + 1]?.at ?? data.end), y);
        }
        joined = value !== null && value !== undefined;
      }
      ctx.stroke();
    }
    ctx.restore();
  },
});

function configuration(
  formatAxis: { current: (value: number) => string },
  formatTick: { current: (instant: number) => string },
  drawn: { current: Drawn | undefined },
): ChartConfiguration<'bar', number[], string> {
  return {
    type: 'bar',
    data: { datasets: [] },
    plugins: [steps(drawn)],
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      events: [],
      layout: { padding: { right: 8, top: 6 } },
      scales: {
        x: {
          type: 'linear',
          offset: false,
          border: { display: false },
          grid: { display: false },
          ticks: {
            maxRotation: 0,
            maxTicksLimit: 6,
            autoSkip: true,
            autoSkipPadding: 24,
            font: { size: 11 },
            padding: 4,
            callback: (value) => formatTick.current(Number(value)),
          },
        },
        y: {
          min: 0,
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

interface Hover {
  index: number;
  /** In pixels from the left edge of the chart. */
  x: number;
  width: number;
  top: number;
  bottom: number;
}

/** The canvas itself, in a chunk of its own together with chart.js. */
export default function StepCanvas(props: Omit<StepSeriesProps, 'view'> & { highlighted: string | undefined }) {
  const { label, data, formatAxis, formatTick, highlighted } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<StepChart>(undefined);
  const axis = useRef(formatAxis);
  const tick = useRef(formatTick);
  const drawn = useRef<Drawn>(undefined);
  const [hover, setHover] = useState<Hover>();
  const theme = useTheme();

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const created = new Chart(element, configuration(axis, tick, drawn));
    chart.current = created;
    return () => created.destroy();
  }, []);

  useEffect(() => {
    const current = chart.current;
    if (!current) return;
    const colourOf = themeColours(theme);
    axis.current = formatAxis;
    tick.current = formatTick;
    drawn.current = {
      data,
      colours: data.lines.map(
        ({ id, colour }) => colourOf(colour) + (highlighted !== undefined && highlighted !== id ? FAINT : ''),
      ),
    };
    const { x, y } = current.options.scales ?? {};
    const ink = colourOf('var(--subtle)');
    if (x) {
      x.min = data.steps[0]?.at ?? data.end;
      x.max = data.end;
      if (x.ticks) x.ticks.color = ink;
    }
    if (y) y.suggestedMax = Math.max(...data.lines.flatMap(({ values }) => values.map((value) => value ?? 0)), 0);
    if (y?.ticks) y.ticks.color = ink;
    if (y?.grid) y.grid.color = colourOf('var(--line)');
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    current.update('none');
  }, [data, formatAxis, formatTick, highlighted, theme]);

  /** What holds at the pointer is the span that it is in, not the nearest change. */
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>) => {
    const current = chart.current;
    const scale = current?.scales.x;
    if (!current || !scale) return;
    const { left, right, top, bottom } = current.chartArea;
    const x = Math.min(Math.max(event.nativeEvent.offsetX, left), right);
    const at = scale.getValueForPixel(x) ?? 0;
    const index = Math.max(
      data.steps.findLastIndex((step) => step.at <= at),
      0,
    );
    setHover({ index, x, width: current.width, top, bottom });
  };

  return (
    <div className="relative size-full">
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setHover(undefined)}
      />
      {hover && <StepTooltip hover={hover} data={data} />}
    </div>
  );
}

function StepTooltip({ hover, data }: { hover: Hover; data: StepData }) {
  const step = data.steps[hover.index];
  if (!step) return null;
  return (
    <>
      <div
        aria-hidden
        className="pointer-events-none absolute w-px bg-line-strong"
        style={{ left: hover.x, top: hover.top, height: hover.bottom - hover.top }}
      />
      <div
        aria-hidden
        className="pointer-events-none absolute top-2 z-20 w-max rounded-md border border-line bg-surface px-3 py-2 text-xs shadow-popup"
        style={tooltipPlace(hover.x, hover.width)}
      >
        <div className="border-b border-line pb-1.5 font-medium text-ink">
          {step.title}
          {step.note && <p className="font-normal text-subtle">{step.note}</p>}
        </div>
        {data.lines.map(({ id, label, colour, texts }) => (
          <div key={id} className="flex items-center gap-2 pt-1.5">
            <span className="size-2 shrink-0 rounded-[2px]" style={{ background: colour }} />
            <span className="min-w-0 flex-1 truncate text-muted">{label}</span>
            <span className="pl-4 text-ink nums">{texts[hover.index]}</span>
          </div>
        ))}
      </div>
    </>
  );
}
