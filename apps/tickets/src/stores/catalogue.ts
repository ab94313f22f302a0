import type { JsonText, Shows } from '../ports.ts';
import type { Pool, Statement } from '../stores/pool.ts';

const listPages: Statement = {
  name: 'list-pages',
  text: `select '[' || string_agg(json, ',' order by starts_at, show_id) || ']' from show_pages`,
};

const findPage: Statement = {
  name: 'find-page',
  text: 'select json from show_pages where show_id = $1',
};

/** The shows as their pages, the narrow half of the catalogue's vertical split. */
export function catalogue(pool: Pool): Shows {
  return {
    list: async () => ((await pool.text(listPages, [])) ?? '[]') as JsonText,
    find: (id) => pool.text(findPage, [id]) as Promise<JsonText | null>,
  };
}
