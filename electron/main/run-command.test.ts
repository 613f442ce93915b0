import { afterEach, expect, test, vi } from 'vitest';
import type { CommandParts } from './run-command.ts';
import { runCommand } from './run-command.ts';

afterEach(() => vi.restoreAllMocks());

/** A program that never gets ready. */
function brokenParts(platform: NodeJS.Platform) {
  const exit = vi.fn();
  const showErrorBox = vi.fn();
  const parts = {
    app: {
      disableHardwareAcceleration: vi.fn(),
      whenReady: () => Promise.reject(new Error('no display')),
      exit,
    },
    fork: vi.fn(),
    dialog: { showErrorBox },
    platform,
  };
  return { exit, showErrorBox, parts: parts as unknown as CommandParts };
}

test('a command that cannot even begin is said where it is read, and ends the program', async () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const linux = brokenParts('linux');
  await runCommand(linux.parts, ['demo']);
  expect(written.mock.calls.join()).toContain('no display');
  expect(linux.showErrorBox).not.toHaveBeenCalled();
  expect(linux.exit).toHaveBeenCalledExactlyOnceWith(1);

  const windows = brokenParts('win32');
  await runCommand(windows.parts, ['demo']);
  expect(windows.showErrorBox.mock.calls[0]?.[1]).toContain('no display');
  expect(windows.exit).toHaveBeenCalledExactlyOnceWith(1);
});
