const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/g;

/**
 * What is wrong with the nesting of a page's tags; empty: nothing. A `<` that belongs to no tag, and an attribute without
 * quotes, count as wrong, too: that is what data looks like that was not escaped.
 */
export function unbalanced(page: string): string[] {
  const markup = page.replace(/^<!doctype html>/, '').replace(/<style>[\s\S]*?<\/style>/, '');
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, closing, name = '', , selfClosed] of markup.matchAll(TAG)) {
    if (selfClosed === '/') continue;
    if (closing !== '/') open.push(name);
    else if (open.at(-1) === name) open.pop();
    else wrong.push(`</${name}> closes <${open.at(-1) ?? 'nothing'}>`);
  }
  const stray = markup.replaceAll(TAG, '').match(/<.{0,30}/g) ?? [];
  return [...wrong, ...open.map((name) => `<${name}> is never closed`), ...stray];
}
