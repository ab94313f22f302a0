/** The colour a share `t` of the way along a row of `#rrggbb` colours. */
export function along(colours: readonly string[], t: number): string {
  const place = Math.min(Math.max(t, 0), 1) * (colours.length - 1);
  const from = colours[Math.floor(place)] ?? '#000000';
  const to = colours[Math.ceil(place)] ?? from;
  const part = place - Math.floor(place);
  const channel = (start: number): string => {
    const [a, b] = [from, to].map((colour) => Number.parseInt(colour.slice(start, start + 2), 16));
    return Math.round((a ?? 0) + ((b ?? 0) - (a ?? 0)) * part)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
