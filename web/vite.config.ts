import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';

/** Where `vite` sends the requests of a page under development: a running installation. */
const DEFAULT_TARGET = 'http://localhost:8080';

export default defineConfig(({ mode }) => {
  const target = loadEnv(mode, import.meta.dirname, 'VITE_').VITE_API_TARGET ?? DEFAULT_TARGET;
  return {
    plugins: [react(), tailwindcss()],
    server: { proxy: { '/api': { target }, '/v1': { target } } },
    build: {
      outDir: 'dist',
      target: 'es2022',
      // Data URLs would need `font-src data:` in the Content-Security-Policy; files are cached by their hash instead.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              // Stays in the browser's cache over many of our releases.
              { name: 'framework', test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(?!.*virtual)[^/]*)\// },
              // Small parts that most pages use: as a file each they would compress badly. What fewer share is loaded with
              // them: the log-in page needs no charts and no filters.
              { name: 'shared', test: /(web\/src\/(lib|components)|node_modules\/lucide-react)\//, minShareCount: 6 },
            ],
          },
        },
      },
    },
  };
});
