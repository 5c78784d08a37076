// What people of each role come to do, from the beginning to the end.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { PASSWORD, accessible, context, open, site } from './harness.mjs';

const at = (path) => new URL(path, site).href;

/** Counts what a person does: a click, a key, a text typed. */
function counting(page) {
  let count = 0;
  const does = async (what) => { count += 1; await what; };
  return { does, get count() { return count; }, page };
}

/** A candidate in whom one thing was found, handed in by a form. */
async function handIn(page, name, text) {
  await page.goto(at('/intake/new'));
  await page.getByLabel(/paste/i).or(page.locator('textarea[name=text]')).first().fill(text);
  await page.locator('input[name=name]').fill(name);
  await page.locator('form[action="/intake/resume"] button').first().click();
  await page.waitForURL(/\/candidates\//);
  return new URL(page.url()).pathname;
}

/** The code that a device shows (RFC 6238), of the key that the page shows. */
function totp(secret, time = Date.now()) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/[\s=]/g, '')].map((one) => letters.indexOf(one).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(time / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  const from = mac[mac.length - 1] & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('a recruiter', () => {
  for (const options of [{}, { viewport: { width: 320, height: 700 }, colorScheme: 'dark' }]) {
    test(`goes from a new flagged candidate to a cleared one in six steps at most, ${JSON.stringify(options)}`, async () => {
      const made = await context({ role: 'recruiter', permissions: ['clipboard-read', 'clipboard-write'], ...options });
      const { page, wrong } = await open(made, '/');
      // Somebody of another name has the same number.
      const number = options.colorScheme ? '(907) 555-0152' : '(808) 555-0187';
      const name = options.colorScheme ? 'Ada Night' : 'Ada Day';
      await handIn(page, `Wolfgang ${number.slice(-2)} Brandt`, `wolfgang${number.slice(-2)}@example.net\n${number}\nBaker`);
      await handIn(page, name, `ada${number.slice(-2)}@example.org\n${number}\nEngineer since 2016`);
      await page.goto(at('/?next_step=ask&decided=open'));
      const journey = counting(page);
      const { does } = journey;
      await does(page.getByRole('link', { name }).first().click());
      await page.waitForURL(/\/candidates\//);
      // Understood: what was found, where it stands, and the innocent reasons are on the page.
      for (const told of [number, 'Wolfgang', 'Innocent reasons', 'What to ask']) {
        assert.ok((await page.locator('main').innerText()).includes(told), told);
      }
      await does(page.locator('.card [data-copy]').first().click());
      await page.locator('.card [role=status]', { hasText: 'Copied' }).first().waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.ok(copied.endsWith('?'), copied);
      // Whatever was found has the one reason.
      await does(page.locator('#decide input[value=explained]').check());
      await does(page.locator('#reason').fill('Her landlord has it too: one line for the house, as he confirmed.'));
      await does(page.getByRole('button', { name: 'Decide' }).click());
      await page.locator('#decide [role=status]').waitFor();
      assert.ok(journey.count <= 6, `${journey.count} steps`);
      const main = await page.locator('main').innerText();
      assert.ok(main.includes('Explained: it counts nothing'), 'the finding is explained');
      assert.ok(main.includes('Nothing due'), 'and nothing is due');
      await page.goto(at(`/?decided=open&q=${name.replace(' ', '+')}`));
      assert.ok((await page.locator('main').innerText()).includes('Nobody matches'), 'it is out of the open ones');
      assert.deepEqual(wrong, []);
      await made.close();
    });
  }

  test('does all of it without JavaScript', async () => {
    const made = await context({ role: 'recruiter', javaScriptEnabled: false });
    const { page } = await open(made, '/');
    const path = await handIn(page, 'Bo Example', 'Bo Example\nbo@mailinator.com\nEngineer');
    await page.getByText('Explain this finding').first().click();
    await page.getByRole('button', { name: 'Explain and clear' }).click();
    // The browser itself asks for a reason.
    assert.equal(new URL(page.url()).pathname, path);
    await page.getByLabel('Innocent reason', { exact: true }).first().fill('Uses it against spam, and said so.');
    await page.getByRole('button', { name: 'Explain and clear' }).click();
    await page.getByText('Explained: it counts nothing').waitFor();
    await made.close();
  });

  test('finds somebody by number in another writing, keeps the view, and takes candidates on', async () => {
    const made = await context({ role: 'recruiter' });
    const { page, wrong } = await open(made, '/');
    await handIn(page, 'Cleo Example', 'Cleo Example\ncleo@example.org\n(212) 555-0147');
    await page.goto(at('/?q=%2B1+212.555.0147'));
    assert.ok((await page.locator('tbody').innerText()).includes('Cleo Example'));
    await page.locator('tbody input[name=candidate]').first().check();
    await page.getByRole('button', { name: 'Assign' }).first().click();
    await page.goto(at('/?assigned=me'));
    assert.ok((await page.locator('tbody').innerText()).includes('Cleo Example'));
    assert.deepEqual(wrong, []);
    await made.close();
  });

  test('works the queue by keyboard, and can switch single keys off', async () => {
    const made = await context({ role: 'recruiter' });
    const { page, wrong } = await open(made, '/');
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    const names = await page.locator('tbody .who a').allInnerTexts();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    assert.ok((await focused()).startsWith(names[1].trim().slice(0, 4)), await focused());
    await page.keyboard.press('k');
    assert.ok((await focused()).startsWith(names[0].trim().slice(0, 4)));
    await page.keyboard.press('?');
    assert.ok(await page.locator('dialog#help').isVisible());
    await accessible(page, 'the help');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('d');
    await page.waitForURL(/\/candidates\/.*#decide$/);
    await page.goBack();
    await page.keyboard.press('/');
    await page.keyboard.type('jk?');
    assert.equal(await page.locator('#q').inputValue(), 'jk?', 'typing is typing');
    await page.locator('#keys').click();
    await page.locator('#single-keys').uncheck();
    await page.keyboard.press('Escape');
    await page.locator('h1').click();
    await page.keyboard.press('?');
    assert.ok(!(await page.locator('dialog#help').isVisible()), 'switched off');
    assert.deepEqual(wrong, []);
    await made.close();
  });

  test('hears of new candidates without the page moving', async () => {
    const made = await context({ role: 'recruiter' });
    const { page, wrong } = await open(made, '/');
    const first = await page.locator('tbody tr').first().boundingBox();
    const other = await made.newPage();
    await handIn(other, 'Dee Example', 'Dee Example\ndee@mailinator.com\nEngineer');
    await other.close();
    await page.bringToFront();
    await page.locator('#news a').waitFor();
    assert.deepEqual(await page.locator('tbody tr').first().boundingBox(), first, 'nothing moved');
    await page.locator('#news a').click();
    await page.waitForLoadState();
    assert.deepEqual(wrong, []);
    await made.close();
  });

  test('hands in a file of records, and gets the refused rows back', async () => {
    const made = await context({ role: 'recruiter', javaScriptEnabled: false });
    const { page } = await open(made, '/intake/new');
    const csv = 'Candidate ID,Full Name,Email\nI-1,Eve Example,eve@example.org\n,,\nI-2,Finn Example,finn@example.org\nI-3,,nonsense\n';
    const form = page.locator('form[action="/intake/files"]');
    await form.locator('input[type=file]').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await form.locator('button').first().click();
    await page.waitForURL(/\/intake\/files\//);
    assert.ok((await page.locator('main').innerText()).includes('Eve Example'), 'a preview');
    await page.getByRole('button', { name: /^Start/ }).click();
    for (let n = 0; n < 50 && !(await page.locator('main').innerText()).includes('refused'); n += 1) {
      await page.waitForTimeout(200);
      await page.reload();
    }
    await page.goto(at('/?q=Finn+Example'));
    assert.ok((await page.locator('tbody').innerText()).includes('Finn Example'));
    await made.close();
  });
});

describe('an investigator', () => {
  test('looks into a ring, and proposes that a rule only watches; an administrator approves', async () => {
    const made = await context({ role: 'investigator' });
    const { page, wrong } = await open(made, '/rings');
    await page.locator('main a[href^="/rings/"]').first().click();
    await page.waitForURL(/\/rings\/./);
    assert.ok(await page.getByRole('img').count() > 0, 'a picture of the ring');
    await page.goto(at('/rules/phone.plus1_format'));
    const propose = page.locator('form[action$="/propose"]');
    await propose.locator('[name=to]').first().evaluate((one) => {
      if (one.tagName === 'SELECT') one.value = 'shadow';
    });
    const choice = propose.locator('input[name=to][value=shadow]');
    if (await choice.count() > 0) await choice.check();
    await propose.locator('[name=reason]').fill('Fires on too many who write it by habit.');
    await propose.locator('button').first().click();
    await page.waitForLoadState();
    assert.ok((await page.locator('main').innerText()).includes('Fires on too many'));
    assert.deepEqual(wrong, []);
    await made.close();
    const admin = await context({ role: 'admin' });
    const there = await open(admin, '/rules/phone.plus1_format');
    await there.page.locator('form[action*="/answer"], form[action*="/approve"]').locator('button').first().click();
    await there.page.waitForLoadState();
    await there.page.goto(at('/rules/phone.plus1_format'));
    assert.ok((await there.page.locator('main').innerText()).toLowerCase().includes('shadow'));
    await admin.close();
  });
});

describe('an auditor', () => {
  test('takes reports, checks the chain, and finds no form that changes anything', async () => {
    const made = await context({ role: 'auditor', acceptDownloads: true });
    const { page, wrong } = await open(made, '/reports');
    assert.ok(await page.locator('main svg').count() > 0, 'figures are drawn');
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[href^="/reports/findings.csv"]').first().click()]);
    assert.equal(download.suggestedFilename(), 'findings.csv');
    await page.goto(at('/audit'));
    await page.locator('form[action^="/audit/check"] button, a[href^="/audit/check"]').first().click();
    await page.waitForLoadState();
    assert.match(await page.locator('main').innerText(), /hold|whole|unbroken|intact/i);
    await page.goto(at('/'));
    await page.locator('main a[href^="/candidates/"]').first().click();
    await page.waitForURL(/\/candidates\//);
    assert.equal(await page.locator('main form[method=post]').count(), 0, 'an auditor changes nothing');
    assert.deepEqual(wrong, []);
    await made.close();
  });
});

describe('an administrator', () => {
  test('invites somebody, who signs in, adds a second factor and needs it from then on', async () => {
    const made = await context({ role: 'admin' });
    const { page } = await open(made, '/people');
    await page.locator('form [name=email]').fill('grace@example.com');
    await page.locator('form [name=role]').first().selectOption('investigator');
    await page.locator('form:has([name=email]) button').first().click();
    const link = (await page.getByLabel('The link').innerText()).match(/\/sign-in\/link\/\w+/)[0];
    await made.close();
    const hers = await context({ role: null });
    const grace = await hers.newPage();
    await grace.goto(at(link));
    await grace.getByLabel('Choose a password').fill(PASSWORD);
    await grace.getByRole('button', { name: 'Sign in' }).click();
    await grace.waitForURL(at('/'));
    await grace.goto(at('/account'));
    await grace.locator('a[href^="/account/factor"], form[action^="/account/factor"] button').first().click();
    await grace.waitForLoadState();
    const secret = (await grace.locator('main').innerText()).match(/(?:[A-Z2-7]{4}[\s ]?){8}/)[0];
    await grace.locator('[name=code]').fill(totp(secret));
    await grace.locator('form:has([name=code]) button').first().click();
    await grace.waitForLoadState();
    const codes = (await grace.locator('main').innerText());
    assert.match(codes, /Write these codes down/);
    await grace.locator('form[action="/sign-out"] button').click();
    await grace.waitForURL(/sign-in/);
    await grace.getByLabel('E-mail').fill('grace@example.com');
    await grace.getByLabel('Password').fill(PASSWORD);
    await grace.getByRole('button', { name: 'Sign in', exact: true }).click();
    await grace.locator('[name=code]').waitFor();
    await accessible(grace, 'the code');
    // The step that enrolled is used up: the next one is taken.
    await grace.locator('[name=code]').fill(totp(secret, Date.now() + 30_000));
    await grace.locator('form:has([name=code]) button').first().click();
    await grace.waitForURL(at('/'));
    await hers.close();
  });

  test('makes a key that is shown once', async () => {
    const made = await context({ role: 'admin' });
    const { page, wrong } = await open(made, '/keys');
    await page.locator('form [name=name]').fill('crm');
    await page.locator('form:has([name=name]) button').first().click();
    assert.match(await page.locator('main').innerText(), /telltale_[0-9a-f]{64}/);
    await page.goto(at('/keys'));
    const list = await page.locator('main').innerText();
    assert.ok(list.includes('crm') && !/telltale_[0-9a-f]{64}/.test(list));
    assert.deepEqual(wrong, []);
    await made.close();
  });
});

describe('who is not signed in', () => {
  test('is led to sign in, and from there to where they wanted', async () => {
    const made = await context({ role: null });
    const page = await made.newPage();
    await page.goto(at('/rules'));
    await page.waitForURL(/\/sign-in\?next=/);
    await accessible(page, '/sign-in');
    await page.getByLabel('E-mail').fill('recruiter@demo.example');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByLabel('E-mail').inputValue(), 'recruiter@demo.example');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(at('/rules'));
    await made.close();
  });
});
