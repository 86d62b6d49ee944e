import { readFile } from 'node:fs/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

/** The committed OpenAPI document. It is beside `dist` in the project, in the image and in the published package. */
export const OPENAPI_FILE = new URL('../openapi.json', import.meta.url);

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** The files of Swagger UI that the page loads. */
const UI_FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': SCRIPT,
  'favicon-32x32.png': 'image/png',
};

const PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Mock Payment Gateway</title>
  <link rel="stylesheet" href="/docs/swagger-ui.css">
  <link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
  <div id="swagger-ui"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
`;

// A separate file, because the Content-Security-Policy allows no inline scripts.
// Swagger UI fills an object parameter (a filter by metadata) with invented pairs, and then finds nothing with them.
const START = `const noInventedParameters = () => ({
  wrapComponents: {
    parameterRow: (Row, { React }) => (props) =>
      React.createElement(Row, { ...props, fn: { ...props.fn, getSampleSchema: () => null } }),
  },
});
SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, plugins: [noInventedParameters],
  persistAuthorization: true, displayRequestDuration: true, validatorUrl: null,
});
`;

/** What browsers ask for beside each page. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#3b5bdb"/><rect x="6" y="9" width="20" height="14" rx="2" fill="#fff"/><path d="M6 13h20v3H6z" fill="#3b5bdb"/></svg>\n';

/** Serves the committed document at /openapi.json and Swagger UI at /docs, where / leads, and the icon of all pages. */
export function serveDocs(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const serve = (path: string, type: string, content: () => string | Promise<Buffer>): void => {
    fastify.get(path, async (_request, reply: FastifyReply) => reply.type(type).send(await content()));
  };
  fastify.get('/', (_request, reply: FastifyReply) => reply.redirect('/docs', 302));
  serve('/openapi.json', 'application/json; charset=utf-8', () => readFile(OPENAPI_FILE));
  serve('/favicon.ico', 'image/svg+xml', () => ICON);
  serve('/docs', HTML, () => PAGE);
  serve('/docs/', HTML, () => PAGE);
  serve('/docs/start.js', SCRIPT, () => START);
  const folder = new URL('swagger-ui/', import.meta.url);
  for (const [name, type] of Object.entries(UI_FILES))
    serve(`/docs/${name}`, type, () => readFile(new URL(name, folder)));
}
