/**
 * Reports two fingers drawing apart or together on an element: by which factor since the last report, and around which
 * point of the window. Ends when the returned function is called.
 */
export function pinching(
  element: HTMLElement,
  report: (change: number, x: number, y: number) => void,
): () => void {
  let distance = 0;
  const ending = new AbortController();
  const { signal } = ending;

  element.addEventListener('touchmove', moved, { signal, passive: false });
  element.addEventListener('touchend', lifted, { signal });
  element.addEventListener('touchcancel', lifted, { signal });
  return () => ending.abort();

  function moved(event: TouchEvent): void {
    const [one, other] = event.touches;
    if (!one || !other) return;
    event.preventDefault();
    const now = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    if (distance > 0)
      report(now / distance, (one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2);
    distance = now;
  }

  function lifted(): void {
    distance = 0;
  }
}
