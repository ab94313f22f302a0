/**
 * Compose's variable interpolation, as far as the stages use it: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`
 * and `$$` for a dollar sign. An unset name without default becomes the empty string, as in Compose.
 * https://docs.docker.com/reference/compose-file/interpolation/
 *
 * @throws RangeError for a form it does not know, so that none is ever passed on unread.
 */
export function interpolate(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\$(\$|\{([^}]*)\}|[A-Za-z_]\w*)?/g, (whole, rest: string | undefined, inner) => {
    if (rest === undefined) throw new RangeError(`a lone $ in "${text}": write $$ for a dollar sign`);
    if (rest === '$') return '$';
    if (inner === undefined) return environment[rest] ?? '';
    const match = /^([A-Za-z_]\w*)(?:(:?-)(.*))?$/s.exec(inner as string);
    if (!match?.[1]) throw new RangeError(`${whole} is not a form of interpolation that is known here`);
    const value = environment[match[1]];
    if (match[2] === ':-') return value ? value : (match[3] ?? '');
    return value ?? match[3] ?? '';
  });
}
