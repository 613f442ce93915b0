import { expect, test, vi } from 'vitest';
import type { ShellBridge } from '../../../electron/host/contract/shell-bridge.ts';
import { sampleVideo } from '../testing/samples.ts';
import { scriptedWindow } from '../testing/scripted-window.ts';
import { takeDroppedFiles } from './dropped-files.ts';

const host = () =>
  scriptedWindow({
    videosOpen: ({ paths }: { readonly paths: readonly string[] }) => ({
      videos: paths.map((path) => ({ ...sampleVideo, id: path, path, name: path.slice('/dropped/'.length) })),
    }),
    subtitlesPreview: () => ({ encodingCertain: true, skipped: [] }),
    settingsChange: () => undefined,
  });
const files = (...names: readonly string[]): File[] => names.map((name) => new File(['x'], name));

test('what is dropped with a video goes to it, not to the one that was open before; annotations are shown first', async () => {
  const { app, calls } = host();
  const taken = takeDroppedFiles(
    app,
    files('talk.de.srt', 'talk.csv', 'talk.labels.txt', 'talk.mp4', 'game.mp4'),
  );
  for (const path of ['/dropped/talk.csv', '/dropped/talk.labels.txt']) {
    const dialog = await vi.waitUntil(() => {
      const { dialog: open } = app.workspace.getState();
      return open?.kind === 'import-annotations' ? open : undefined;
    });
    expect(dialog).toMatchObject({ videoId: '/dropped/talk.mp4', path });
    app.workspace.setState({ dialog: null });
    dialog.onClosed();
  }
  await taken;
  expect(calls.filter(({ method }) => /AddSubtitles|Import/.test(method))).toMatchObject([
    { params: { id: '/dropped/talk.mp4', path: '/dropped/talk.de.srt' } },
  ]);
});

test('subtitles of another name go to the video that is shown', async () => {
  const { app, calls } = host();
  await takeDroppedFiles(app, files('words.srt'));
  expect(calls.at(-1)).toMatchObject({ method: 'videosAddSubtitles', params: { id: 'v1' } });
});

test('what cannot be opened is named, and the rest is taken', async () => {
  const { app, calls } = host();
  await takeDroppedFiles(app, files('chapters.docx', 'game.mp4'));
  expect(calls[0]?.method).toBe('videosOpen');
  expect(app.library.getState().notices[0]?.message).toContain('chapters.docx');
});

test('a file that lies nowhere on this machine is named, with what to do', async () => {
  const { app, calls } = host();
  const bridge = { ...app.bridge, pathOfDroppedFile: () => '', uploadDroppedFile: undefined };
  const held = { ...app, bridge: bridge as unknown as ShellBridge };
  await takeDroppedFiles(held, files('clip.mp4'));
  expect(calls).toEqual([]);
  expect(app.library.getState().notices).toMatchObject([
    { level: 'warning', message: expect.stringContaining('clip.mp4') as unknown },
  ]);
});
