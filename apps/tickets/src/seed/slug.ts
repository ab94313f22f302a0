/** Lower-case ASCII words joined by hyphens, fit for a path: `Señor Ñu & Co` is `senor-nu-and-co`. */
export function slug(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[’']/g, '')
    .replace(/&/g, ' and ')
    .replace(/ø/gi, 'o')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
