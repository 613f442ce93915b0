import { afterEach, beforeEach, expect, test } from 'vitest';
import { ReleaseServer, makeReleaseKey } from '../testing/release-server.ts';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';

let server: ReleaseServer;
let host: TestHost;

beforeEach(async () => {
  server = new ReleaseServer();
  await server.start();
  server.announce({ version: '999.0.0' });
  host = await TestHost.open({ releases: server.source });
}, hostPatienceMs);

afterEach(async () => {
  await host.remove();
  await server.stop();
}, hostPatienceMs);

test('nobody is asked by a start, a window or a restart, until a person asks or switches it on', async () => {
  await host.window.call('snapshot', {});
  await host.restart();
  expect(await host.window.call('updatesState', {})).toEqual({ host: new URL(server.source.pageUrl).host });
  expect(server.asked).toEqual([]);
  expect(await host.window.call('updatesCheck', {})).toMatchObject({ state: 'newer', version: '999.0.0' });
  expect(server.asked).toHaveLength(1);
});

test('switched on, a newer release is told once a day, also after a restart', async () => {
  await host.window.call('settingsChange', { checksForUpdates: true });
  const notice = await host.window.heard('notice');
  expect(notice).toMatchObject({ level: 'info', code: 'UPDATE_AVAILABLE' });
  await host.restart();
  await host.window.call('snapshot', {});
  await host.window.call('updatesState', {});
  expect(server.asked).toHaveLength(1);
});

test('switched on, what is not to be believed is told', async () => {
  server.announce({}, makeReleaseKey().privateKey);
  await host.window.call('settingsChange', { checksForUpdates: true });
  const notice = await host.window.heard('notice');
  expect(notice).toMatchObject({ level: 'warning', code: 'UPDATE_REFUSED' });
});
