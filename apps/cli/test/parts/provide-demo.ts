import { provide } from '../../src/parts/provide.ts';
import { demoRecipe } from './demo-recipe.ts';

/** `provide-demo.ts PARTS_FOLDER BASE_URL`: one process that provides the demo part and says where it came to lie. */
const [parts = '', base = ''] = process.argv.slice(2);
try {
  const part = await provide(demoRecipe(base), parts, { onProgress: (text) => console.error(text) });
  console.log(JSON.stringify(part));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
