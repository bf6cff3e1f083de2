import type { CSSProperties } from 'react';

/** Room between the pointer and the tooltip. */
const GAP_PX = 14;
const WIDEST_PX = 288;
const NARROWEST_PX = 192;

/** On the side of the pointer that has more room, and never wider than that: on a phone it would widen the page. */
export function tooltipPlace(x: number, chartWidth: number): CSSProperties {
  const onTheRight = x < chartWidth / 2;
  const room = Math.max(x, chartWidth - x) - GAP_PX;
  return {
    minWidth: Math.min(NARROWEST_PX, room),
    maxWidth: Math.min(WIDEST_PX, room),
    ...(onTheRight ? { left: x + GAP_PX } : { right: chartWidth - x + GAP_PX }),
  };
}
