import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// While developing, what is signed and the console's own doors go to a running service.
const service = 'http://127.0.0.1:7575';

/**
 * What components of Cloudscape bring along for what the console doesn't use: announcements of features
 * (with a library for dragging lists into order) and filters of charts (with all of multi-selects).
 */
const isUnused = (id: string, by = '') =>
  id.endsWith('/list/internal') ? by.includes('feature-notifications') : /\/chart-filter(\/index\.js)?$/.test(id);
const withoutUnused: Plugin = {
  name: 'without-unused',
  enforce: 'pre',
  resolveId: (id, by) => (isUnused(id, by) ? '\0unused' : null),
  load: (id) => (id === '\0unused' ? 'export default () => null;' : null),
};

export default defineConfig({
  plugins: [react(), withoutUnused],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false }, // Would be inline script, which the CSP forbids.
    assetsInlineLimit: 0,
    rollupOptions: { input: ['index.html', 'oauth.html'] },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '^/': {
        target: service,
        bypass: (request) =>
          request.headers.authorization || request.url?.startsWith('/console/')
            ? undefined
            : ['/appflow/home', '/lambda/home', '/cloudwatch/home'].includes(request.url ?? '')
              ? '/index.html'
              : request.url,
      },
    },
  },
  test: { include: ['src/**/*.test.ts'] },
});
