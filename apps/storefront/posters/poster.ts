import { ACTS, type Act, type Genre } from '../../tickets/src/seed/acts.ts';
import { random, seedOf } from '../../tickets/src/seed/random.ts';
import { caption, headline } from './lettering.ts';
import { noise } from './noise.ts';
import { SHEET, type Style } from './style.ts';
import { comedy } from './styles/comedy.ts';
import { dance } from './styles/dance.ts';
import { electronic } from './styles/electronic.ts';
import { folk } from './styles/folk.ts';
import { jazz } from './styles/jazz.ts';
import { orchestra } from './styles/orchestra.ts';
import { rock } from './styles/rock.ts';
import { theatre } from './styles/theatre.ts';

const STYLES: Readonly<Record<Genre, Style>> = {
  comedy,
  dance,
  electronic,
  folk,
  jazz,
  orchestra,
  rock,
  theatre,
};

const MARGIN = 90;

/** An act's poster as an SVG document of about 60 KB, all of it drawing. The same act gives the same bytes. */
export function poster(act: Act): string {
  const style = STYLES[act.genre];
  const seed = seedOf(...[...act.artist].map((character) => character.codePointAt(0) ?? 0));
  const chance = random(seed);
  const variant = ACTS.filter(({ genre }) => genre === act.genre).findIndex(
    ({ artist }) => artist === act.artist,
  );
  const palette = style.palettes[variant % style.palettes.length] ?? style.palettes[0];
  const hand = { ...style.hand, colour: palette.ink };
  const plain = { weight: 0.85, ends: style.hand.ends, colour: palette.ink } as const;
  const { name } = style;
  const titleY = name.anchor === 'top' ? SHEET.height - 98 : name.y + name.height + 106;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SHEET.width} ${SHEET.height}" width="600" height="900">`,
    `<title>${escaped(`${act.artist}: ${act.title}`)}</title>`,
    `<rect width="${SHEET.width}" height="${SHEET.height}" fill="${palette.ground}"/>`,
    style.draw({ chance, noise: noise(seed), palette, variant }),
    headline(act.artist, name, { ...hand, anchor: name.anchor }),
    caption(act.title, { x: name.x, y: titleY, height: 44, widest: name.width - 330 }, plain),
    caption('On tour 2031', { x: SHEET.width - MARGIN, y: titleY, height: 30, align: 'right' }, plain),
    '</svg>',
  ].join('');
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
