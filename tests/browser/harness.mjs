// Starts the program under test and a browser, signs everybody in, and checks what every page has to be.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
export const shots = join(here, 'shots');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** How long the program may take to invent and screen its candidates. */
const START_MS = 120_000;

export let site;
let program, browser, folder, links;
const states = {};

/** The password of everybody whom the tests sign in. */
export const PASSWORD = 'correct horse battery';

/** Starts the program on a free port and waits until it has said where it is and how to sign in. */
function start() {
  const binary = process.env.TELLTALE_BIN ?? join(root, 'target/debug/telltale');
  const args = ['serve', '--demo', '--listen', '127.0.0.1:0', '--database-url', `sqlite://${folder}/demo.db`];
  const env = { ...process.env, TELLTALE_KEY_FILE: join(folder, 'demo.key') };
  program = spawn(binary, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the program did not say where it is in time')), START_MS);
    const done = (settle, value) => { clearTimeout(late); settle(value); };
    program.once('error', (error) => done(reject, error));
    program.once('exit', (code) => done(reject, new Error(`the program ended with status ${code}`)));
    links = {};
    let at;
    createInterface({ input: program.stdout }).on('line', (line) => {
      at ??= line.match(/telltale is at (http:\/\/\S+)/)?.[1];
      const link = line.match(/Sign in as (\w+),.*: (http:\S+)/);
      if (link) links[link[1]] = link[2];
      if (Object.keys(links).length === 4) done(resolve, at);
    });
  });
}

/** A window of somebody who is signed in: of an administrator unless said otherwise, of nobody for `null`. */
export async function context({ role = 'admin', ...options } = {}) {
  const made = await browser.newContext({ reducedMotion: 'reduce', storageState: states[role], ...options });
  made.setDefaultTimeout(15_000);
  return made;
}

/** A page that remembers what went wrong on it and what it asked other hosts for. */
export async function open(context, path) {
  const page = await context.newPage();
  const wrong = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) wrong.push(message.text()); });
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('dialog', (dialog) => { wrong.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => {
    if (!request.url().startsWith(site) && !request.url().startsWith('data:')) wrong.push(`asked for ${request.url()}`);
  });
  const response = await page.goto(new URL(path, site).href, { waitUntil: 'load' });
  assert.equal(response.status(), 200, path);
  return { page, wrong };
}

/** Nothing may stick out sideways: not the page, whatever tables in it may do. */
export async function fits(page, path) {
  const { content, window: width } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth, window: document.documentElement.clientWidth,
  }));
  assert.ok(content <= width, `${path} is ${content} px wide in a window of ${width}`);
}

export async function accessible(page, path) {
  // Evaluated from outside, so the pages' content security policy stays as it is.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const told = violations.map((one) => `${one.id}: ${one.help} (${one.nodes.map((node) => node.target).join(', ')})`);
  assert.deepEqual(told, [], path);
}

/** Signs in by the link that the program printed, choosing a password, as an invited person does. */
async function signIn(role) {
  const made = await browser.newContext();
  const page = await made.newPage();
  await page.goto(links[role]);
  await page.getByLabel('Choose a password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(new URL('/', site).href);
  states[role] = await made.storageState();
  await made.close();
}

export async function setUp() {
  folder = mkdtempSync(join(tmpdir(), 'telltale-browser-'));
  mkdirSync(shots, { recursive: true });
  site = await start();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-default-apps',
      '--disable-extensions', '--disable-sync', '--disable-dev-shm-usage', '--no-first-run', '--no-default-browser-check'],
  });
  for (const role of Object.keys(links)) await signIn(role);
}

export async function tearDown() {
  await browser?.close();
  if (program && program.exitCode === null) {
    program.removeAllListeners('exit');
    const ended = new Promise((resolve) => program.once('exit', resolve));
    program.kill('SIGTERM');
    await ended;
  }
  if (folder) rmSync(folder, { recursive: true, force: true });
}
