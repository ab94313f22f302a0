import { along } from '../colour.ts';
import { line, type Point, steps } from '../stroke.ts';
import { SHEET, type Sheet, type Style } from '../style.ts';

/** A woodcut: hills behind hills, each hatched along its slope, and a sun with rays. */
export const folk: Style = {
  palettes: [
    { ground: '#f7e3bd', ink: '#fff6e2', accents: ['#e9b872', '#d2694a', '#8a3b3b', '#3b2440'] },
    { ground: '#cfe3dc', ink: '#fbf7e6', accents: ['#93bfae', '#4f8f86', '#2b5f66', '#173643'] },
    { ground: '#f9d5c2', ink: '#fff3e6', accents: ['#f0a58f', '#b86a7b', '#6d4a72', '#332a52'] },
    { ground: '#e6e2b3', ink: '#fffbe0', accents: ['#c2c06b', '#7f9a4c', '#47703f', '#1f4033'] },
    { ground: '#1f2a4d', ink: '#f3f0ff', accents: ['#45568f', '#f0d28a', '#2d4a5e', '#0f1c2e'] },
  ],
  hand: { weight: 1.05, ends: 'round', stretch: 0.95 },
  name: { x: 90, y: 1210, width: 1020, height: 400, anchor: 'bottom' },
  draw(sheet) {
    return [sky(sheet), sun(sheet), ...[0, 1, 2, 3].map((layer) => hill(sheet, layer)), trees(sheet)].join(
      '',
    );
  },
};

/** Lines of wind, as an engraver would cut them. */
function sky({ noise, palette }: Sheet): string {
  const lines = steps(20, 700, 34).map((y) =>
    line(steps(0, SHEET.width, 62).map((x): Point => [x, y + noise(x / 210, y / 130) * 22])),
  );
  return `<path fill="none" stroke="${palette.accents[0]}" stroke-width="3" opacity=".5" d="${lines.join('')}"/>`;
}

function sun({ chance, palette }: Sheet): string {
  const [x, y, radius] = [chance.integer(300, 900), chance.integer(330, 460), chance.integer(140, 190)];
  const [, warm] = palette.accents;
  const rays = steps(0, Math.PI * 2, 72)
    .slice(1)
    .map((angle, index) => {
      const [from, to] = [radius + 30, radius + (index % 2 === 0 ? 260 : 150)];
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      return line([
        [x + c * from, y + s * from],
        [x + c * to, y + s * to],
      ]);
    });
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${warm}"/><path d="${rays.join('')}" fill="none" stroke="${warm}" stroke-width="7" stroke-linecap="round" opacity=".75"/>`;
}

function ridge({ noise }: Sheet, layer: number): (x: number) => number {
  const [base, relief, grain] =
    [
      [640, 130, 330],
      [800, 120, 260],
      [950, 100, 380],
      [1090, 60, 300],
    ][layer] ?? [];
  return (x) =>
    (base ?? 0) +
    noise(x / (grain ?? 300) + layer * 17, layer * 5.3) * (relief ?? 100) +
    noise(x / 70 + layer * 31, 9) * (layer < 2 ? 26 : 8);
}

/** One hill: its silhouette, and hatching that follows the slope and thins out downhill. */
function hill(sheet: Sheet, layer: number): string {
  const top = ridge(sheet, layer);
  const outline = steps(0, SHEET.width, 200).map((x): Point => [x, top(x)]);
  const body = line([...outline, [SHEET.width, SHEET.height], [0, SHEET.height]], true);
  const fill = along(sheet.palette.accents, layer / 3);
  const hatch = along([fill, layer === 3 ? sheet.palette.ground : '#ffffff'], 0.24);
  const slope = steps(0, SHEET.width, 190).flatMap((x, index) => {
    const start = top(x) + 12 + sheet.chance.integer(0, 14);
    const length = sheet.chance.integer(40, 170) * (layer === 3 ? 0.7 : 1);
    const lean = (top(x + 18) - top(x - 18)) * 1.4 + (index % 3) * 4;
    return line(steps(0, 1, 4).map((t): Point => [x - lean * t * t, start + length * t]));
  });
  return `<path fill="${fill}" d="${body}"/><path fill="none" stroke="${hatch}" stroke-width="4" stroke-linecap="round" d="${slope.join('')}"/>`;
}

function trees(sheet: Sheet): string {
  const top = ridge(sheet, 3);
  const shapes = Array.from({ length: 60 }, () => {
    const x = sheet.chance.integer(0, SHEET.width);
    const [height, foot] = [sheet.chance.integer(60, 190), top(x) + 14];
    const half = height * 0.21;
    const branches = steps(0, 1, 7).flatMap((t): Point[] => [
      [x + half * t, foot - height * (1 - t)],
      [x + half * t * 0.55, foot - height * (1 - t) - 4],
    ]);
    const mirrored = branches.toReversed().map(([px, py]): Point => [2 * x - px, py]);
    return line([...branches, ...mirrored], true);
  });
  return `<path fill="${sheet.palette.accents.at(-1)}" d="${shapes.join('')}"/>`;
}
