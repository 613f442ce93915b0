import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { LibraryVideo } from '../contract/library.ts';
import type { VideosService } from '../videos-service.ts';
import { scriptedVideos, untilCancelled } from '../testing/scripted-parts.ts';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';

let host: TestHost;
beforeEach(async () => (host = await TestHost.open()), hostPatienceMs);
afterEach(() => host.remove(), hostPatienceMs);

const video = async (id: string, fits: (video: LibraryVideo) => boolean): Promise<LibraryVideo> =>
  (await host.window.heard('videoChanged', (event) => event.video.id === id && fits(event.video))).video;

describe('videos of a project', () => {
  it('keep what was said of them, over a restart, until it is taken back', async () => {
    const { projectId, videoId } = await host.project();
    const mark = (status: 'done' | 'skipped' | null) =>
      host.window.call('projectsMarkVideo', { id: projectId, videoIds: [videoId], status });
    expect(await mark('skipped')).toMatchObject({ videoStatus: { [videoId]: 'skipped' } });
    await mark('done');
    await host.restart();
    const { projects } = await host.window.call('snapshot', {});
    expect(projects.find(({ id }) => id === projectId)?.videoStatus).toEqual({ [videoId]: 'done' });
    expect((await mark(null)).videoStatus).toEqual({});
  });
});

describe('opening videos', () => {
  it('answers at once and reads what is in them behind it', async () => {
    const { id: projectId } = await host.window.call('projectsCreate', { name: 'P' });
    const file = await host.videoFile();
    const opened = await host.window.call('videosOpen', { projectId, paths: [file] });
    expect(opened.videos).toMatchObject([{ state: 'probing', name: 'clip.mp4', bytes: 7 }]);
    const ready = await video(opened.videos[0]!.id, ({ state }) => state === 'ready');
    expect(ready).toMatchObject({ playback: 'direct', picture: { fps: 25, mediaStartSec: 0 } });
    const again = await host.window.call('videosOpen', { projectId, paths: [file] });
    expect(again.videos).toEqual([ready]);
    const { projects } = await host.window.call('snapshot', {});
    expect(projects).toMatchObject([{ videoIds: [ready.id] }]);
  });

  it('has a copy made of what browsers cannot play, which the media route then plays', async () => {
    const { videoId } = await host.project('odd.avi');
    await video(videoId, ({ playback }) => playback === 'proxy-ready');
    const file = await host.host.media.videoFile(videoId);
    expect(file?.path).toContain('odd.avi');
    expect(existsSync(file!.playedPath)).toBe(true);
    expect(file?.playedPath).not.toBe(file?.path);
    // Deleting caches only costs time.
    await rm(path.join(host.folder, 'cache'), { recursive: true });
    await host.restart();
    await video(videoId, ({ playback }) => playback === 'proxy-ready');
  });

  it('shows a video by what its container says while its frames are counted, also over a restart', async () => {
    const counted = scriptedVideos();
    const probe: VideosService['probe'] = async (videoPath, work) => {
      const probed = await counted.probe(videoPath);
      work?.onEstimate?.({ ...probed, picture: { ...probed.picture, totalFrames: 1490, estimated: true } });
      return reading ? await untilCancelled(work!.signal!) : probed;
    };
    let reading = true;
    await host.remove();
    host = await TestHost.open({ videos: scriptedVideos({ probe }) });
    const { id: projectId } = await host.window.call('projectsCreate', { name: 'P' });
    const { videos } = await host.window.call('videosOpen', { projectId, paths: [await host.videoFile()] });
    const { id } = videos[0]!;
    const estimated = await video(id, ({ state }) => state === 'ready');
    expect(estimated.picture).toMatchObject({ totalFrames: 1490, estimated: true });
    reading = false;
    await host.restart();
    const ready = await video(id, ({ picture }) => picture?.totalFrames === 1500);
    expect(ready.picture?.estimated).toBeUndefined();
  });

  it('takes another of its pictures for the film when that is chosen, also over a restart; refuses what is none', async () => {
    const counted = scriptedVideos();
    const chosen = new Map<string, number | undefined>();
    const videos = scriptedVideos({
      chooseStream: (videoPath, videoStream) => void chosen.set(videoPath, videoStream),
      probe: async (videoPath) => {
        const probed = await counted.probe(videoPath);
        const videoStream = chosen.get(videoPath);
        const tracks = [0, 1].map((index) => {
          return { index, kind: 'video' as const, codec: 'h264', used: index === (videoStream ?? 1) };
        });
        const picture = { ...probed.picture, tracks, ...(videoStream !== undefined && { videoStream }) };
        return { ...probed, picture, playback: videoStream === undefined ? 'direct' : 'proxy-needed' };
      },
    });
    await host.remove();
    host = await TestHost.open({ videos });
    const { projectId, videoId: id } = await host.project();
    await expect(host.window.call('videosChooseStream', { id, videoStream: 2 })).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
    await host.window.call('videosChooseStream', { id, videoStream: 0 });
    const played = await video(id, ({ playback }) => playback === 'proxy-ready');
    expect(played.picture).toMatchObject({ videoStream: 0, tracks: [{ used: true }, { used: false }] });
    let asked: unknown;
    const answer = host.engine.onAsk;
    host.engine.onAsk = (script) => {
      asked = script.request;
      return answer(script);
    };
    await host.window.call('runsAsk', { projectId, videoId: id, modelId: 'demo', question: 'When?' });
    await host.window.heard('runChanged', ({ run }) => run.state === 'done');
    expect(asked).toMatchObject({ videoStream: 0 });
    chosen.clear();
    await host.restart();
    await expect.poll(() => [...chosen.values()]).toEqual([0]);
  });

  it('finds subtitles that stand beside a new video under its name, and no others', async () => {
    for (const name of ['talk.srt', 'talk.de.vtt', 'talk 2.srt', 'talks.srt', 'talk.csv', 'other.srt']) {
      await writeFile(path.join(host.folder, name), '1\n00:00:01,000 --> 00:00:02,000\nHello\n');
    }
    const { videoId } = await host.project('talk.mp4');
    const { videos } = await host.window.call('snapshot', {});
    const subtitles = videos.find(({ id }) => id === videoId)?.subtitles.map(({ label }) => label);
    expect(subtitles).toEqual(['talk.de.vtt', 'talk.srt']);
  });

  it('says when not even a copy can be made', async () => {
    const makeProxy = () => Promise.reject(new EngineError('VIDEO_DECODE_FAILED', 'No picture decodes.'));
    await host.remove();
    host = await TestHost.open({ videos: scriptedVideos({ makeProxy }) });
    const { videoId } = await host.project('odd.avi');
    await video(videoId, ({ playback }) => playback === 'impossible');
    await host.window.heard('jobChanged', ({ job }) => job.error?.code === 'VIDEO_DECODE_FAILED');
  });

  it('says what cannot be read', async () => {
    const { videoId } = await host.project('bad.mp4');
    const { videos } = await host.window.call('snapshot', {});
    expect(videos).toMatchObject([
      { id: videoId, state: 'unreadable', error: { code: 'VIDEO_NOT_RECOGNIZED' } },
    ]);
  });

  it.each([
    ['a relative path', () => 'clip.mp4', 'ARGUMENT_INVALID'],
    ['a file that is not there', () => path.join(host.folder, 'none.mp4'), 'VIDEO_NOT_FOUND'],
    ['a folder', () => host.folder, 'VIDEO_NOT_RECOGNIZED'],
  ])('refuses %s and adds nothing of the same list', async (_what, bad, code) => {
    const { id: projectId } = await host.window.call('projectsCreate', { name: 'P' });
    const paths = [await host.videoFile(), bad()];
    await expect(host.window.call('videosOpen', { projectId, paths })).rejects.toMatchObject({ code });
    expect((await host.window.call('snapshot', {})).videos).toEqual([]);
  });
});

it('a file that went away is missing, and is found again where it is now', async () => {
  const { videoId } = await host.project();
  const moved = path.join(host.folder, 'moved.mp4');
  await rename(path.join(host.folder, 'clip.mp4'), moved);
  await host.restart();
  await video(videoId, ({ state }) => state === 'missing');
  await host.window.call('videosRelocate', { id: videoId, path: moved });
  expect(await video(videoId, ({ state }) => state === 'ready')).toMatchObject({
    path: moved,
    name: 'moved.mp4',
  });
});

it('subtitles are added to a video once, and only those that can be read', async () => {
  const { videoId } = await host.project();
  const file = path.join(host.folder, 'talk.srt');
  await writeFile(file, '');
  await host.window.call('videosAddSubtitles', { id: videoId, path: file });
  const { subtitles } = await host.window.call('videosAddSubtitles', { id: videoId, path: file });
  expect(subtitles).toMatchObject([{ label: 'talk.srt', path: file }]);
  expect(await host.host.media.subtitles(videoId, subtitles[0]!.id)).toMatchObject({ path: file });
  expect(await host.host.media.subtitles('other', subtitles[0]!.id)).toBeUndefined();
  const preview = await host.window.call('subtitlesPreview', { path: file, encoding: 'gbk' });
  expect(preview).toMatchObject({ encoding: 'gbk', total: 1, cues: [{ text: 'hello' }], skipped: [] });
  const again = await host.window.call('videosAddSubtitles', { id: videoId, path: file, encoding: 'gbk' });
  expect(again.subtitles).toEqual([{ ...subtitles[0], encoding: 'gbk' }]);
  const ofVideo = { id: videoId, subtitlesId: subtitles[0]!.id };
  const { lines } = await host.window.call('videosSubtitleLines', ofVideo);
  expect(lines).toMatchObject([{ text: 'hello' }]);
  const gone = host.window.call('videosSubtitleLines', { ...ofVideo, subtitlesId: 'gone' });
  await expect(gone).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const served = await host.host.media.subtitles(videoId, subtitles[0]!.id);
  expect(served).toMatchObject({ path: file, encoding: 'gbk' });
});

it('subtitles inside a video are taken out of it, and replaced when another file stands for it', async () => {
  let subtitleTracks = [
    { index: 0, label: 'English (in the video)' },
    { index: 2, label: 'Empty (in the video)' },
  ];
  const plain = scriptedVideos();
  await host.remove();
  host = await TestHost.open({
    videos: scriptedVideos({
      probe: async (videoPath) => ({ ...(await plain.probe(videoPath)), subtitleTracks }),
      extractSubtitles: (request) =>
        request.track === 2
          ? Promise.reject(new EngineError('SUBTITLES_INVALID', 'No text.'))
          : plain.extractSubtitles(request),
    }),
  });
  const { videoId } = await host.project();
  const { subtitles } = await video(videoId, (each) => each.subtitles.length > 0);
  expect(subtitles).toMatchObject([{ label: 'English (in the video)' }]);
  const taken = (await host.host.media.subtitles(videoId, subtitles[0]!.id))?.path;
  expect(existsSync(taken!)).toBe(true);

  subtitleTracks = [];
  const other = path.join(host.folder, 'other.mp4');
  await writeFile(other, 'another');
  await host.window.call('videosRelocate', { id: videoId, path: other });
  await video(videoId, (each) => each.state === 'ready' && each.subtitles.length === 0);
  expect(existsSync(taken!)).toBe(false);
});

it('a video in two projects stays in the library until both have let it go', async () => {
  const one = await host.project();
  const two = await host.window.call('projectsCreate', { name: 'Two' });
  await host.window.call('videosOpen', { projectId: two.id, paths: [path.join(host.folder, 'clip.mp4')] });
  await host.window.call('videosRemove', { id: one.videoId, projectId: one.projectId });
  expect((await host.window.call('snapshot', {})).videos).toHaveLength(1);
  await host.window.call('projectsRemove', { id: two.id });
  const { videos, projects } = await host.window.call('snapshot', {});
  expect(videos).toEqual([]);
  expect(projects.map(({ id }) => id)).toEqual([one.projectId]);
});

it('a folder is listed with folders first, without hidden entries', async () => {
  const folder = path.join(host.folder, 'films');
  for (const name of ['b', 'a', '.git']) await mkdir(path.join(folder, name), { recursive: true });
  for (const name of ['clip10.mp4', 'clip9.mp4', '.DS_Store']) await writeFile(path.join(folder, name), 'x');
  const listed = await host.window.call('foldersList', { path: folder });
  expect(listed.parentPath).toBe(host.folder);
  expect(listed.entries.map(({ name }) => name)).toEqual(['a', 'b', 'clip9.mp4', 'clip10.mp4']);
  await expect(host.window.call('foldersList', { path: '/nowhere' })).rejects.toMatchObject({
    code: 'FOLDER_NOT_FOUND',
  });
});

it('settings are kept and told to every window', async () => {
  const other = host.newWindow();
  await other.call('snapshot', {});
  await host.window.call('settingsChange', { theme: 'light' });
  expect((await other.heard('settingsChanged')).settings.theme).toBe('light');
  other.close();
});

it('a damaged library is told to the first window that listens', async () => {
  await host.project();
  await host.stop();
  await writeFile(path.join(host.folder, 'data', 'library.db'), 'damaged '.repeat(2000));
  await host.start();
  const notice = await host.window.heard('notice');
  expect(notice).toMatchObject({ code: 'STORE_DAMAGED', level: 'error' });
  expect(notice.message).toContain('library-damaged-');
});

it('a folder may be named by a file in it, or from the home folder', async () => {
  const paths = host.folder;
  const file = await host.videoFile('chosen.mp4');
  expect(await host.window.call('foldersList', { path: file })).toMatchObject({
    path: paths,
    filePath: file,
  });
  const home = await host.window.call('foldersList', {});
  expect((await host.window.call('foldersList', { path: '~/' })).path).toBe(home.path);
});
