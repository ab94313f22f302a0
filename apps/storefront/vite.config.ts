import { defineConfig } from 'vite';
import { posters } from './posters/plugin.ts';

/** While developing, the shop's answers come from a running stage: `SHOP=http://localhost:8003 vite`. */
const shop = { target: process.env.SHOP ?? 'http://localhost:8001' };

export default defineConfig({
  plugins: [posters()],
  // Small files stay files: what is inlined cannot be cached by itself.
  build: { assetsInlineLimit: 0, target: 'es2023', modulePreload: false },
  server: { proxy: { '/shows': shop, '/reservations': shop } },
});
