import { describe, expect, it } from 'vitest';
import type { LibraryVideo } from '../../electron/host/contract/library.ts';
import type { FrameWindow } from './frame-table.ts';
import { createPlayerStore } from './player-store.ts';
import { FakeMedia } from './testing/fake-media.ts';

/** Frame times that are not even: a long still among quick frames. */
const timesSec = [0, 0.04, 0.08, 0.12, 3.12, 3.16, 3.2, 3.24];
const durationSec = 3.28;
/** The file's first frame is at 1.4 s of the element's own clock. */
const mediaStartSec = 1.4;

const video: LibraryVideo = {
  id: 'v',
  path: '/videos/uneven.mkv',
  name: 'uneven.mkv',
  bytes: 1,
  addedAtMs: 0,
  state: 'ready',
  playback: 'direct',
  subtitles: [],
  picture: {
    durationSec,
    fps: timesSec.length / durationSec,
    totalFrames: timesSec.length,
    width: 64,
    height: 64,
    codec: 'h264',
    variableFrameRate: true,
    hasAudio: false,
    mediaStartSec,
  },
};

/** The store with its video open, in an element that shows the frames above. */
async function opened(fetchFrames = () => Promise.resolve<FrameWindow>({ firstFrameIndex: 0, timesSec })) {
  const player = createPlayerStore({ fetchFrames });
  const media = new FakeMedia(
    timesSec.map((time) => time + mediaStartSec),
    durationSec + mediaStartSec,
  );
  player.actions.open(video);
  const detach = player.actions.attach(media);
  media.load();
  await player.frameTimes()?.loadAt(0);
  return { player, media, detach, shown: () => media.shownFrame };
}

describe('createPlayerStore', () => {
  it('shows frame after frame of an uneven video, forwards and back, each in the middle of its time', async () => {
    const { player, media, shown } = await opened();
    for (const index of [1, 2, 3, 4, 5]) {
      player.actions.stepFrames(1);
      await media.seekDone();
      expect(shown()).toBe(index);
      expect(player.getState()).toMatchObject({
        frameIndex: index,
        timeSec: timesSec[index],
        frameExact: true,
      });
    }
    player.actions.stepFrames(-2);
    await media.seekDone();
    expect(shown()).toBe(3);
    expect(media.currentTime).toBeCloseTo(mediaStartSec + (0.12 + 3.12) / 2, 9);
  });

  describe('asked to play while a video still loads', () => {
    function loading() {
      const player = createPlayerStore({
        fetchFrames: () => Promise.resolve({ firstFrameIndex: 0, timesSec }),
      });
      const media = new FakeMedia(
        timesSec.map((time) => time + mediaStartSec),
        durationSec + mediaStartSec,
      );
      player.actions.open(video);
      player.actions.attach(media);
      return { player, media };
    }

    it('plays as soon as it is there', () => {
      const { player, media } = loading();
      player.actions.togglePlay();
      expect(player.getState().playing).toBe(true);
      media.load();
      expect(media.paused).toBe(false);
      expect(player.getState()).toMatchObject({ phase: 'ready', playing: true });
    });

    it('plays a moment as soon as it is there, from its beginning', async () => {
      const { player, media } = loading();
      player.actions.playMoment({ startSec: 0.08, endSec: 3.12 });
      media.load();
      await media.seekDone();
      expect(media.paused).toBe(false);
      expect(media.shownFrame).toBe(2);
    });

    it('does not where it was paused again, or another video was opened', () => {
      const paused = loading();
      paused.player.actions.togglePlay();
      paused.player.actions.togglePlay();
      paused.media.load();
      const left = loading();
      left.player.actions.togglePlay();
      left.player.actions.open({ ...video, id: 'w' });
      left.media.load();
      for (const { player, media } of [paused, left]) {
        expect(media.paused).toBe(true);
        expect(player.getState().playing).toBe(false);
      }
    });
  });

  it('goes on where it is when the frames of a video have been counted, and then knows them', async () => {
    const { picture } = video;
    const player = createPlayerStore({
      fetchFrames: () => Promise.resolve({ firstFrameIndex: 0, timesSec }),
    });
    player.actions.open({ ...video, picture: { ...picture!, totalFrames: 2, fps: 1, estimated: true } });
    const media = new FakeMedia(
      timesSec.map((time) => time + mediaStartSec),
      durationSec + mediaStartSec,
    );
    player.actions.attach(media);
    media.load();
    player.actions.seekToSec(3);
    await media.seekDone();
    player.actions.open(video);
    expect(player.getState()).toMatchObject({ phase: 'ready', picture });
    expect(media.shownFrame).toBe(3);
    await player.frameTimes()?.loadAt(0);
    player.actions.stepFrames(1);
    await media.seekDone();
    expect(media.shownFrame).toBe(4);
  });

  it('steps on from the frame that is wanted, not from the one still shown, when keys come fast', async () => {
    const { player, media, shown } = await opened();
    player.actions.stepFrames(1);
    player.actions.stepFrames(1);
    player.actions.stepFrames(1);
    await media.seekDone();
    await media.seekDone();
    expect(shown()).toBe(3);
  });

  it('shows the frame that is shown at a time: the still for any time within it', async () => {
    const { player, media, shown } = await opened();
    player.actions.seekToSec(2.9);
    await media.seekDone();
    expect(shown()).toBe(4 - 1);
    player.actions.seekToSec(3.12);
    await media.seekDone();
    expect(shown()).toBe(4);
  });

  it('goes to a frame by its number, and stays within the video', async () => {
    const { player, media, shown } = await opened();
    player.actions.seekToFrame(6);
    await media.seekDone();
    expect(shown()).toBe(6);
    player.actions.seekToFrame(99);
    await media.seekDone();
    expect(shown()).toBe(7);
  });

  it('goes on by the average rate when the host tells no frame times', async () => {
    const player = createPlayerStore({ fetchFrames: () => Promise.reject(new Error('gone')) });
    const media = new FakeMedia(
      timesSec.map((time) => time + mediaStartSec),
      durationSec + mediaStartSec,
    );
    player.actions.open(video);
    player.actions.attach(media);
    media.load();
    player.actions.seekToSec(3.13);
    await media.seekDone();
    expect(media.shownFrame).toBe(4);
    expect(player.getState().frameExact).toBe(false);
  });

  it('marks the beginning of the frame shown and the end of the frame shown', async () => {
    const { player, media } = await opened();
    player.actions.seekToFrame(1);
    await media.seekDone();
    player.actions.mark('in');
    player.actions.seekToFrame(3);
    await media.seekDone();
    player.actions.mark('out');
    expect(player.getState()).toMatchObject({ markInSec: 0.04, markOutSec: 3.12 });
    player.actions.seekToFrame(5);
    await media.seekDone();
    player.actions.mark('in');
    expect(player.getState()).toMatchObject({ markInSec: 3.16, markOutSec: undefined });
  });

  it('marks what was gone to, not what is still shown, when keys come faster than pictures', async () => {
    const { player, media } = await opened();
    player.actions.stepFrames(1);
    player.actions.mark('in');
    player.actions.seekToSec(3.13);
    player.actions.seekToSec(3.17);
    player.actions.mark('out');
    expect(player.getState()).toMatchObject({ markInSec: 0.04, markOutSec: 3.2, frameIndex: 0 });
    await media.seekDone();
    await media.seekDone();
    expect(player.getState()).toMatchObject({ markInSec: 0.04, markOutSec: 3.2 });
  });

  it('marks the very frame as soon as its times are known', async () => {
    const fetched = Promise.withResolvers<FrameWindow>();
    const player = createPlayerStore({ fetchFrames: () => fetched.promise });
    player.actions.open(video);
    player.actions.seekToSec(2.9);
    player.actions.mark('in');
    expect(player.getState().markInSec).toBe(2.9);
    fetched.resolve({ firstFrameIndex: 0, timesSec });
    await player.frameTimes()?.loadAt(0);
    expect(player.getState().markInSec).toBe(0.12);
  });

  it('loops a moment: its last frame is followed by its first one', async () => {
    const { player, media, shown } = await opened();
    player.actions.playMoment({ startSec: 0.04, endSec: 0.12 });
    await media.seekDone();
    media.showNextFrame();
    expect(shown()).toBe(2);
    await media.seekDone();
    expect(shown()).toBe(1);
    expect(player.getState().playing).toBe(true);
    player.actions.stopLoop();
    media.showNextFrame();
    media.showNextFrame();
    expect(shown()).toBe(3);
  });

  it('plays a moment once and stops at its last frame', async () => {
    const { player, media, shown } = await opened();
    player.actions.playMoment({ startSec: 0.04, endSec: 0.12 }, { once: true });
    await media.seekDone();
    media.showNextFrame();
    expect(shown()).toBe(2);
    expect(player.getState()).toMatchObject({ playing: false, span: undefined });
    expect(media.paused).toBe(true);
  });

  it('goes faster with each press of L and turns with J', async () => {
    const { player, media } = await opened();
    player.actions.shuttle(1);
    expect(media.playbackRate).toBe(1);
    player.actions.shuttle(1);
    expect(media.playbackRate).toBe(2);
    player.actions.pause();
    expect(player.getState()).toMatchObject({ playing: false, rate: 1 });
  });

  it('says what the browser said when a file cannot be played, and keeps nothing of the last video', async () => {
    const { player, media } = await opened();
    media.fail(4, 'no decoder');
    expect(player.getState()).toMatchObject({
      phase: 'failed',
      problem: { kind: 'unsupported', detail: 'no decoder' },
    });
    player.actions.open({ ...video, id: 'w' });
    expect(player.getState()).toMatchObject({ phase: 'loading', problem: undefined, timeSec: 0 });
  });

  it('shows where it was left when its element is made anew', async () => {
    const { player, media, detach } = await opened();
    player.actions.seekToFrame(5);
    await media.seekDone();
    detach();
    player.actions.seekToFrame(6);
    const other = new FakeMedia(
      timesSec.map((time) => time + mediaStartSec),
      durationSec + mediaStartSec,
    );
    player.actions.attach(other);
    other.load();
    await other.seekDone();
    expect(other.shownFrame).toBe(6);
  });

  it('goes to where another video was left, whichever comes first: the video or its element', async () => {
    const places: Record<string, number> = { w: 3.16 };
    const player = createPlayerStore({
      fetchFrames: () => Promise.resolve({ firstFrameIndex: 0, timesSec }),
      leftAtSec: (videoId) => places[videoId],
    });
    const element = () =>
      new FakeMedia(
        timesSec.map((time) => time + mediaStartSec),
        durationSec + mediaStartSec,
      );
    const other = { ...video, id: 'w' };
    player.actions.open(video);
    const [first, second, third] = [element(), element(), element()];
    player.actions.attach(first);
    first.load();
    player.actions.seekToFrame(2);
    player.actions.attach(second);
    second.load();
    player.actions.open(other);
    // The wish of the video before is on its way already.
    await second.seekDone();
    await second.seekDone();
    expect(second.shownFrame).toBe(5);
    player.actions.open(video);
    player.actions.open(other);
    player.actions.attach(third);
    third.load();
    await third.seekDone();
    expect(third.shownFrame).toBe(5);
  });
});
