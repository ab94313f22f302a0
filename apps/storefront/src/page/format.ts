const LANGUAGE = 'en-GB';

/** `€45`, `€45.50`: written one way for everybody, so that two visitors read the same price. */
export function price(cents: number, currency: string): string {
  const round = cents % 100 === 0;
  return new Intl.NumberFormat(LANGUAGE, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: round ? 0 : 2,
  }).format(cents / 100);
}

/** The wall clock of the venue, whatever clock the visitor lives by: the offset of the text is left out on purpose. */
function atTheVenue(iso: string): Date {
  return new Date(`${iso.slice(0, 16)}:00Z`);
}

const dayFormat = new Intl.DateTimeFormat(LANGUAGE, {
  weekday: 'short',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** `Fri, 7 March 2031`. */
export function day(iso: string): string {
  return dayFormat.format(atTheVenue(iso));
}

/** `7 Mar`, for where room is short. */
export function shortDay(iso: string): string {
  return new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    atTheVenue(iso),
  );
}

/** `21:00`. */
export function time(iso: string): string {
  return iso.slice(11, 16);
}

export function milliseconds(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
