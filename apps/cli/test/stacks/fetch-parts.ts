import { provideParts } from '../../src/parts/index.ts';
import { recipes } from '../../src/parts/recipes.ts';

await provideParts(Object.values(recipes).map(({ name }) => name));
