import { createRef, type Ref, ref } from 'lit-html/directives/ref.js';
import { pinching } from './pinch.ts';

const LARGEST = 4;
/** A finger cannot hit a seat narrower than this, in CSS pixels. */
const FINGER = 22;

export interface Zoom {
  factor(): number;
  smallest(): boolean;
  largest(): boolean;
  by(change: number): void;
  /** For the scrolling element: its content is drawn `factor` times as wide as it is. */
  attach(): ReturnType<typeof ref>;
  /** On a plan too small for fingers a tap enlarges where it falls; returns true if this one did. */
  zoomedInInstead(event: MouseEvent): boolean;
}

/** Zoom of the seat plan by buttons, pinching, or a tap on a plan that is too small to tap. */
export function zoomable(update: () => void): Zoom {
  let factor = 1;
  const hall: Ref<HTMLElement> = createRef();
  let stopPinching = (): void => undefined;

  /** Keeps the point of the plan that is at (x, y) of the window where it is. */
  function to(wanted: number, x: number, y: number): void {
    const element = hall.value;
    const before = factor;
    factor = Math.min(Math.max(wanted, 1), LARGEST);
    if (element === undefined || factor === before) return;
    const box = element.getBoundingClientRect();
    const [left, top] = [element.scrollLeft + x - box.left, element.scrollTop + y - box.top];
    update();
    const ratio = factor / before;
    element.scrollTo(left * ratio - (x - box.left), top * ratio - (y - box.top));
  }

  const attached = (element: Element | undefined): void => {
    stopPinching();
    (hall as { value: Element | undefined }).value = element;
    stopPinching =
      element === undefined
        ? () => undefined
        : pinching(element as HTMLElement, (change, x, y) => to(factor * change, x, y));
  };

  return {
    factor: () => factor,
    smallest: () => factor <= 1,
    largest: () => factor >= LARGEST,
    by(change) {
      const box = hall.value?.getBoundingClientRect();
      if (box) to(factor * change, box.left + box.width / 2, box.top + box.height / 2);
    },
    attach: () => ref(attached),
    zoomedInInstead(event) {
      const seat = (event.target as Element).closest('[data-seat]');
      const byFinger = event instanceof PointerEvent && event.pointerType === 'touch';
      const width = seat?.getBoundingClientRect().width ?? FINGER;
      if (!byFinger || width >= FINGER) return false;
      to((factor * (FINGER + 6)) / width, event.clientX, event.clientY);
      return true;
    },
  };
}
