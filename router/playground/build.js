// Bundles the playground into dist/: one script, one style sheet, and the editor's workers, each
// compressed as it is sent.
import { build } from 'esbuild';
import { mkdir, copyFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';

const shared = {
  bundle: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
  logLevel: 'warning',
  minify: true,
  outdir: 'dist',
  target: 'es2022',
  write: false,
};

const page = await build({
  ...shared,
  entryPoints: { main: 'src/main.jsx' },
  format: 'esm',
  jsx: 'automatic',
  loader: { '.ttf': 'dataurl', '.woff2': 'dataurl' },
});
const workers = await build({
  ...shared,
  entryPoints: {
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  },
  format: 'iife',
});

await mkdir('dist', { recursive: true });
for (const file of [...page.outputFiles, ...workers.outputFiles]) {
  await writeFile(`dist/${basename(file.path)}.gz`, gzipSync(file.contents, { level: 9 }));
}
await copyFile('src/index.html', 'dist/index.html');
