// Opens the playground in a headless Chromium, types a query, runs it, and waits for its result.
// node playground.js <chromium> <url> <query> <picture.png>
const { chromium } = require('playwright-core');

const [executablePath, url, query, picture] = process.argv.slice(2);

async function run() {
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const outside = [];
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== new URL(url).origin) outside.push(request.url());
    });
    const failures = [];
    page.on('pageerror', (error) => failures.push(String(error)));
    await page.goto(url);
    const editor = page.locator('.graphiql-query-editor .cm-content, .graphiql-query-editor .CodeMirror, .graphiql-query-editor .monaco-editor').first();
    await editor.waitFor({ timeout: 30000 });
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(query);
    await page.locator('.graphiql-execute-button').first().click();
    const result = page.locator('.result-window, .graphiql-response').first();
    await page.waitForFunction(
      () => /"enrollments"|"addresses"/.test(document.querySelector('.graphiql-response, .result-window')?.textContent ?? ''),
      undefined, { timeout: 30000 });
    await page.screenshot({ path: picture });
    const text = await result.textContent();
    if (/"errors"/.test(text)) throw new Error(`the playground shows errors: ${text}`);
    if (outside.length) throw new Error(`the playground asked others: ${outside.join(' ')}`);
    if (failures.length) throw new Error(`the page failed: ${failures.join(' ')}`);
  } finally {
    await browser.close();
  }
}

run().catch((error) => { console.error(error); process.exit(1); });
