import type { Show } from './types.ts';

export interface Search {
  readonly text: string;
  /** Empty: every city. */
  readonly city: string;
}

/** The shows in which every word of the text occurs, accents and capitals aside, in the chosen city. */
export function matching(shows: readonly Show[], { text, city }: Search): Show[] {
  const words = plain(text).split(/\s+/).filter(Boolean);
  return shows.filter((show) => {
    const hay = plain([show.artist, show.title, show.venue, show.city, show.description].join(' '));
    return (city === '' || show.city === city) && words.every((word) => hay.includes(word));
  });
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/ø/gi, 'o')
    .toLowerCase();
}
