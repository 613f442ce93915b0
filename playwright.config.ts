import { defineConfig } from '@playwright/test';
import type { ShellOptions } from './e2e/test.ts';

/**
 * The scenarios of `e2e`, each against both shells: the browser shell in an installed Chromium, and Electron where its
 * binary is there. What is missing is skipped with its reason. Two at a time: they mostly wait for an engine.
 */
export default defineConfig<ShellOptions>({
  testDir: 'e2e/scenarios',
  testMatch: '*.e2e.ts',
  outputDir: '.cache/e2e',
  fullyParallel: true,
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 60_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['./e2e/count-reporter.ts']],
  globalSetup: './e2e/build-windows.ts',
  projects: [
    // What is about the desktop's own shell (windows, menus, files from outside) is no matter of a browser.
    { name: 'browser', use: { shellKind: 'browser' }, testIgnore: 'desktop-*.e2e.ts' },
    { name: 'electron', use: { shellKind: 'electron' } },
    // The program as installers put it on a disk; it is packed first.
    { name: 'packed', testDir: 'e2e/packed', use: { shellKind: 'electron' } },
  ],
});
