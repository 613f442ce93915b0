import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * Builds the renderer, from `renderer/` into `dist/renderer`: plain files without anything inline, since the content
 * security policy of both shells refuses that. The Node side has no build; packaging bundles it (`electron/packaging`).
 */
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    // Chromium of Electron and current browsers.
    target: 'es2024',
    sourcemap: true,
    // A font or picture as a data: URL would have to be allowed in every policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
