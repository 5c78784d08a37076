// The pages in a real browser: at two widths, in two colour schemes, with and without JavaScript.
// tests/run starts this; the program under test is target/debug/telltale, or $TELLTALE_BIN.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { accessible, context, fits, open, setUp, shots, site, tearDown } from './harness.mjs';
import './journeys.mjs';

let pages;

const SECRET = 'a secret of the browser tests';

/** Connects a hiring system by the forms, as a person does, and has it deliver somebody. */
async function connect(page) {
  await page.goto(new URL('/connections', site).href);
  await page.getByRole('link', { name: 'Add a connection' }).click();
  await page.getByRole('link', { name: 'Greenhouse Recruiting' }).click();
  await page.getByLabel('Name').fill('Greenhouse, engineering');
  await page.getByLabel('Secret').fill(SECRET);
  await page.getByRole('button', { name: 'Add the connection' }).click();
  await page.waitForURL(/connections\/[0-9a-f-]+\?done=added/);
  const connection = new URL(page.url()).pathname;
  const hook = (await page.locator('pre.code').first().innerText()).trim();
  const body = JSON.stringify({
    action: 'new_candidate_application',
    payload: { application: { id: 1, candidate: {
      id: 1, first_name: 'Ada', last_name: 'Example', email_addresses: [{ value: 'ada@example.org', type: 'home' }],
    }, current_stage: { id: 2, name: 'Application Review' }, applied_at: '2026-05-27T14:44:43Z' } },
  });
  const deliver = (signature) => fetch(new URL(hook, site), { method: 'POST', body, headers: { signature } });
  const good = `sha256 ${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  assert.equal((await deliver(good)).status, 200);
  assert.equal((await deliver('sha256 00')).status, 401);
  // Somewhere to send results that does not answer, so that every page has something to tell.
  await page.goto(new URL('/endpoints/new', site).href);
  await page.getByLabel('Where').fill('http://127.0.0.1:9/');
  await page.getByLabel(/our own network/).check();
  await page.getByRole('button', { name: 'Add the endpoint' }).click();
  await page.getByText('The secret, shown this once').waitFor();
  await page.goto(new URL('/connections', site).href);
  const endpoint = await page.locator('a[href^="/endpoints/0"]').first().getAttribute('href');
  await page.goto(new URL(endpoint, site).href);
  await page.getByRole('button', { name: 'Send a test message' }).click();
  await page.getByText('did not arrive').waitFor();
  let applied;
  for (let n = 0; n < 50; n += 1) {
    await page.goto(new URL('/deliveries?way=received', site).href);
    applied = page.locator('main a', { hasText: 'New application' }).first();
    if (await applied.count() > 0) break;
    await page.waitForTimeout(200);
  }
  const delivery = await applied.getAttribute('href');
  return { connections: '/connections', connection, endpoint, deliveries: '/deliveries', delivery,
    'connection-choose': '/connections/new', 'connection-new': '/connections/new/greenhouse', 'endpoint-new': '/endpoints/new' };
}

before(async () => {
  await setUp();
  const { page } = await open(await context(), '/');
  const worst = await page.locator('main a[href^="/candidates/"]').first().getAttribute('href');
  await page.goto(new URL('/?next_step=none', site).href);
  const quiet = await page.locator('main a[href^="/candidates/"]').last().getAttribute('href');
  await page.goto(new URL('/rules', site).href);
  const rule = await page.locator('main a[href^="/rules/"]').first().getAttribute('href');
  // Somebody with a finding on a study.
  await page.goto(new URL('/?q=A-', site).href);
  const everybody = await page.locator('main a[href^="/candidates/"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  let studied;
  for (const path of everybody) {
    await page.goto(new URL(path, site).href);
    if (await page.locator('.studies a.ref').count() > 0) { studied = path; break; }
  }
  // A worker in whose timings something was found, and one without anything.
  await page.goto(new URL('/workers', site).href);
  const workers = page.locator('tbody tr');
  const alarmed = workers.filter({ has: page.locator('.badge.escalate') }).first().locator('.who a').first();
  const calm = workers.filter({ hasNot: page.locator('.badge.escalate') }).first().locator('.who a').first();
  const [worker, steady] = [await alarmed.getAttribute('href'), await calm.getAttribute('href')];
  const connected = await connect(page);
  await page.goto(new URL('/?source=greenhouse&q=Ada+Example', site).href);
  const told = await page.locator('main a[href^="/candidates/"]').first().getAttribute('href');
  await page.context().close();
  pages = { queue: '/', candidate: worst, quiet, studied: studied ?? worst, reference: '/reference', rules: '/rules', rule,
    told, workers: '/workers', worker, steady, unbound: '/workers/unbound', onboarding: '/onboardings/new', rings: '/rings', lists: '/lists',
    reports: '/reports', selection: '/reports/selection', audit: '/audit', chain: '/audit/check', procedure: '/procedure',
    agreement: '/procedure/agreement', privacy: '/privacy', people: '/people', keys: '/keys', admin: '/admin', account: '/account',
    factor: '/account/factor', intake: '/intake', 'intake-new': '/intake/new', try: `${rule}/try`, 'rule-history': `${rule}/history`,
    backtest: `${rule}/backtest?to=off`, versions: `${worst}/versions`, erase: `${worst}/erase`, ...connected };
});

after(tearDown);

describe('every page', () => {
  for (const width of [320, 1440]) {
    for (const colorScheme of ['light', 'dark']) {
      test(`fits, is accessible and stays on this machine at ${width} px, ${colorScheme}`, async () => {
        const made = await context({ viewport: { width, height: 900 }, colorScheme });
        for (const [name, path] of Object.entries(pages)) {
          const { page, wrong } = await open(made, path);
          await fits(page, path);
          await accessible(page, path);
          await page.screenshot({ path: join(shots, `${name}-${width}-${colorScheme}.png`), fullPage: true });
          assert.deepEqual(wrong, [], path);
          await page.close();
        }
        await made.close();
      });
    }
    test(`works without JavaScript at ${width} px`, async () => {
      const made = await context({ viewport: { width, height: 900 }, javaScriptEnabled: false });
      for (const [name, path] of Object.entries(pages)) {
        const { page, wrong } = await open(made, path);
        assert.ok((await page.locator('main').innerText()).length > 100, `${path} says something`);
        await page.screenshot({ path: join(shots, `${name}-${width}-noscript.png`), fullPage: true });
        assert.deepEqual(wrong, [], path);
        await page.close();
      }
      await made.close();
    });
  }
});

describe('the queue', () => {
  test('is reached by keyboard: the skip link first, then every filter', async () => {
    const made = await context();
    const { page } = await open(made, '/');
    const focused = () => page.evaluate(() => {
      const at = document.activeElement;
      return at?.getAttribute('name') ?? at?.getAttribute('href') ?? '';
    });
    await page.keyboard.press('Tab');
    assert.equal(await focused(), '#main');
    const reached = new Set();
    await page.getByText('More filters').evaluate((one) => { one.parentElement.open = true; });
    for (let n = 0; n < 60; n += 1) {
      await page.keyboard.press('Tab');
      reached.add(await focused());
    }
    for (const name of ['next_step', 'stage', 'source', 'q']) assert.ok(reached.has(name), `${name} in ${[...reached]}`);
    await made.close();
  });

  test('leads to a candidate and to a finding by keyboard alone', async () => {
    const made = await context();
    const { page, wrong } = await open(made, '/');
    const press = async (selector, most) => {
      for (let n = 0; n < most; n += 1) {
        await page.keyboard.press('Tab');
        if (await page.evaluate((it) => document.activeElement.matches(it), selector)) {
          const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
          assert.notEqual(outline, 'none', `${selector} shows that it has the focus`);
          return page.keyboard.press('Enter');
        }
      }
      assert.fail(`${selector} is not reached in ${most} steps`);
    };
    await press('.who a', 30);
    await page.waitForURL(/\/candidates\//);
    await press('.sets a', 20);
    await page.waitForURL(/#finding-\d+$/);
    const finding = page.locator(new URL(page.url()).hash);
    assert.ok(await finding.isVisible());
    await press('.card a[href^="/rules/"]', 5);
    await page.waitForURL(/\/rules\//);
    assert.deepEqual(wrong, []);
    await made.close();
  });

  for (const javaScriptEnabled of [true, false]) {
    test(`is filtered by its form, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
      const made = await context({ javaScriptEnabled });
      const { page, wrong } = await open(made, '/');
      await page.getByText('More filters').click();
      await page.locator('[name=source]').selectOption('lever');
      await Promise.all([page.waitForURL(/source=lever/), page.locator('[name=q]').press('Enter')]);
      assert.equal(await page.locator('[name=source]').inputValue(), 'lever');
      assert.ok(await page.locator('main a[href^="/candidates/"]').count() > 0, 'some candidates came through lever');
      assert.deepEqual(wrong, []);
      await made.close();
    });
  }

  test('shows markup in a name as text', async () => {
    const made = await context();
    const { page, wrong } = await open(made, '/?q=Rivers');
    const link = page.locator('main a[href^="/candidates/"]').filter({ hasText: 'Rivers' }).first();
    assert.ok((await link.innerText()).includes("<script>alert('telltale')</script>"));
    const path = await link.getAttribute('href');
    const shown = await open(made, path);
    assert.ok((await shown.page.locator('h1').innerText()).includes("<script>alert('telltale')</script>"));
    assert.equal(await shown.page.locator('img[src="x"]').count(), 0);
    assert.deepEqual([...wrong, ...shown.wrong], []);
    await made.close();
  });
});

describe('study and work', () => {
  test('are a picture with a name, and the same in words', async () => {
    const made = await context();
    const { page, wrong } = await open(made, pages.studied);
    const picture = page.getByRole('img', { name: /Studies and jobs over time/ });
    const drawn = await picture.locator('g').count();
    assert.ok(drawn > 0, 'something is drawn');
    const rows = await page.getByRole('region', { name: 'Studies and jobs in words' }).locator('tbody tr').count();
    assert.ok(rows >= drawn, `${rows} rows for ${drawn} bars`);
    assert.ok((await picture.locator('desc').textContent()).includes(' from '));
    assert.deepEqual(wrong, []);
    await made.close();
  });

  test('lead to the finding that rests on them', async () => {
    const made = await context();
    const { page, wrong } = await open(made, pages.studied);
    const mark = page.locator('.studies dd a.ref').first();
    const finding = await mark.getAttribute('href');
    await mark.click();
    assert.ok(page.url().endsWith(finding));
    assert.ok(await page.locator(finding).isVisible());
    assert.deepEqual(wrong, []);
    await made.close();
  });

  for (const width of [320, 1440]) {
    test(`keep every bar in the picture at ${width} px, on screen and on paper`, async () => {
      const made = await context({ viewport: { width, height: 900 } });
      const { page } = await open(made, pages.studied);
      for (const media of ['screen', 'print']) {
        await page.emulateMedia({ media });
        const out = await page.locator('svg.timeline').evaluate((picture) => {
          const frame = picture.getBoundingClientRect();
          return [...picture.querySelectorAll('rect, path')].filter((part) => {
            const box = part.getBoundingClientRect();
            return box.left < frame.left - 2 || box.right > frame.right + 2 || box.bottom > frame.bottom + 2;
          }).length;
        });
        assert.equal(out, 0, media);
        if (media === 'screen') await fits(page, pages.studied);
      }
      await made.close();
    });
  }
});

describe('workers', () => {
  test('have pictures with names, and the same in figures', async () => {
    const made = await context({ javaScriptEnabled: false });
    const { page, wrong } = await open(made, pages.worker);
    const pictures = page.locator('svg.chart');
    assert.ok(await pictures.count() > 2, 'paths, remote control and the physics');
    for (const picture of await pictures.all()) assert.ok((await picture.locator('desc').textContent()).length > 40);
    const main = await page.locator('main').innerText();
    for (const told of ['a high one proves nothing', 'What to ask', 'Innocent reasons', 'never which key']) assert.ok(main.includes(told), told);
    await page.locator('.timing summary').first().click();
    assert.ok(await page.locator('.timing details[open] tbody tr').count() > 10, 'every day stands in a table');
    assert.deepEqual(wrong, []);
    await made.close();
  });

  for (const width of [320, 1440]) {
    test(`keep everything in the picture at ${width} px`, async () => {
      const made = await context({ viewport: { width, height: 900 } });
      const { page } = await open(made, pages.worker);
      const out = await page.locator('svg.chart').evaluateAll((pictures) => pictures.flatMap((picture) => {
        const frame = picture.getBoundingClientRect();
        return [...picture.querySelectorAll('text, circle, rect')].filter((part) => {
          const box = part.getBoundingClientRect();
          return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
        }).map((part) => part.outerHTML);
      }));
      assert.deepEqual(out, []);
      await page.locator('.timing summary, #sessions ~ details summary').evaluateAll((all) => all.forEach((one) => { one.parentElement.open = true; }));
      await fits(page, pages.worker);
      await made.close();
    });
  }

  test('are onboarded by a form that keeps what was typed', async () => {
    const made = await context({ javaScriptEnabled: false });
    const { page, wrong } = await open(made, '/workers/unbound');
    await page.getByRole('link', { name: 'Say whose it is' }).first().click();
    await page.waitForURL(/onboardings.new/);
    assert.ok((await page.getByLabel('Devices handed out').inputValue()).length > 0, 'the device is filled in');
    await page.getByLabel('Source of the application').fill('nowhere');
    await page.getByLabel('Id of the application there').fill('N-1');
    await page.getByLabel('Worker id').fill('w-9000');
    await page.getByLabel('Routing and account number').fill('000000000 5550199');
    await page.getByRole('button', { name: 'Onboard' }).click();
    await page.getByText('Nothing was bound').waitFor();
    assert.equal(await page.getByLabel('Worker id').inputValue(), 'w-9000');
    assert.equal(await page.getByLabel('Routing and account number').inputValue(), '');
    assert.equal(wrong.filter((one) => !one.includes('422')).length, 0, wrong.join());
    await made.close();
  });
});

describe('the reference data', () => {
  test('says what is missing, how to load it, and which rules sleep', async () => {
    const made = await context({ javaScriptEnabled: false });
    const { page, wrong } = await open(made, '/');
    const nav = page.getByRole('navigation', { name: 'Main' });
    await nav.getByText('More').click();
    await nav.getByRole('link', { name: 'Reference' }).click();
    await page.waitForURL(/\/reference$/);
    const main = await page.locator('main').innerText();
    for (const kind of ['ipeds-hd', 'ipeds-ic', 'ipeds-completions', 'scorecard-fos', 'dapip', 'ror', 'hipolabs', 'mill-list']) {
      assert.ok(main.includes(`telltale reference import ${kind} `), kind);
    }
    const asleep = page.locator('.asleep-list a');
    assert.ok(await asleep.count() > 0, 'without imports some rules sleep');
    await asleep.first().click();
    await page.waitForURL(/\/rules\//);
    assert.ok((await page.locator('main').innerText()).includes('It sleeps'));
    assert.deepEqual(wrong, []);
    await made.close();
  });

  test('names the publishers and tells them nothing', async () => {
    const made = await context();
    const { page } = await open(made, '/reference');
    const links = page.locator('main a[href^="https://"]');
    assert.ok(await links.count() > 0);
    for (const link of await links.all()) assert.equal(await link.getAttribute('rel'), 'external noreferrer');
    await made.close();
  });
});

describe('connections', () => {
  test('are tested, and a delivery shows nobody', async () => {
    const made = await context({ javaScriptEnabled: false });
    const { page, wrong } = await open(made, pages.connection);
    await page.getByRole('button', { name: 'Check' }).first().click();
    await page.waitForURL(/since=\d+#test/);
    assert.ok((await page.locator('#test').innerText()).includes('Nothing has come since'));
    await page.goto(new URL(pages.delivery, site).href);
    const main = await page.locator('main').innerText();
    assert.ok(main.includes('new_candidate_application'));
    for (const personal of ['Ada', 'ada@example.org']) assert.ok(!main.includes(personal), personal);
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.waitForURL(/done=again/);
    assert.deepEqual(wrong, []);
    await made.close();
  });

  test('that fail are told of on every page', async () => {
    const made = await context();
    for (const path of ['/', '/rules', pages.candidate]) {
      const { page, wrong } = await open(made, path);
      assert.ok((await page.getByRole('complementary').innerText()).includes('Results do not reach'), path);
      assert.deepEqual(wrong, []);
      await page.close();
    }
    await made.close();
  });
});
