import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// While developing, what is signed and the console's own doors go to a running service.
const service = 'http://127.0.0.1:7575';

export default defineConfig({
  plugins: [react()],
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
