export type Point = readonly [x: number, y: number];

/** A line through points in whole units of the sheet, as relative path data: the shortest form that loses nothing. */
export function line(points: readonly Point[], closed = false): string {
  let path = '';
  let [penX, penY] = [0, 0];
  let drawing = false;
  for (const [exactX, exactY] of points) {
    const [x, y] = [Math.round(exactX), Math.round(exactY)];
    if (!drawing) path += `M${x} ${y}l`;
    else if (x !== penX || y !== penY) path += step(x - penX, y - penY, path.endsWith('l'));
    [penX, penY, drawing] = [x, y, true];
  }
  return closed ? `${path}z` : path;
}

function step(dx: number, dy: number, first: boolean): string {
  const separator = first || dx < 0 ? '' : ' ';
  return `${separator}${dx}${dy < 0 ? dy : ` ${dy}`}`;
}

/** Round dots, grouped by size: one path per radius, each dot a stroke of no length with a round end. */
export function dots(
  spots: readonly { readonly at: Point; readonly radius: number }[],
  colour: string,
): string {
  const bySize = new Map<number, Point[]>();
  for (const { at, radius } of spots) {
    const size = Math.round(radius * 2);
    if (size > 0) bySize.set(size, [...(bySize.get(size) ?? []), at]);
  }
  const paths = [...bySize].map(([size, points]) => {
    const marks = points.map(([x, y]) => `M${Math.round(x)} ${Math.round(y)}h0`).join('');
    return `<path stroke-width="${size}" d="${marks}"/>`;
  });
  return `<g stroke="${colour}" stroke-linecap="round">${paths.join('')}</g>`;
}

/** Numbers from `from` to `to` in `count` equal steps, both ends included. */
export function steps(from: number, to: number, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, index) => from + ((to - from) * index) / count);
}
