import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filmStreams, isDropFrame, onPlayersClock, parseContainerFacts } from './container-facts.ts';

const printed = `Input #0, matroska,webm, from 'file:/a, from b.mkv':
  Metadata:
    ENCODER         : Lavf59.27.100
  Duration: 00:01:04.02, start: -0.021000, bitrate: 377 kb/s
  Stream #0:0[0x1](pt-BR): Video: hevc (Main 10) (hev1 / 0x31766568), yuv420p10le(tv, bt2020nc/bt2020/smpte2084, progressive), 320x180 [SAR 1:1 DAR 16:9], 154 kb/s, 29.97 fps, 29.97 tbr, 30k tbn (default)
    Metadata:
      timecode        : 01:00:00;00
    Side data:
      displaymatrix: rotation of -90.00 degrees
  Stream #0:1(zh-Hans): Audio: aac (LC), 44100 Hz, mono, fltp
  Stream #0:2(und): Subtitle: subrip (default)
  Stream #0:3[0x2](eng): Data: none (tmcd / 0x64636D74), 0 kb/s
    Metadata:
      timecode        : 02:00:00:00
  Stream #0:4[0x0]: Video: mjpeg (Baseline), yuvj444p(pc, bt470bg/unknown/unknown), 640x480 [SAR 1:1 DAR 4:3], 90k tbr, 90k tbn (attached pic)
Stream mapping:
  Stream #0:9: Video: h264`.split('\n');

describe("ffmpeg's description of a file", () => {
  it('is read whatever the languages are', () => {
    const facts = parseContainerFacts(printed)!;
    expect(facts).toMatchObject({ container: 'matroska,webm', startSec: -0.021, timecode: '01:00:00;00' });
    expect(facts.durationSec).toBeCloseTo(64.02);
    expect(facts.streams).toEqual([
      {
        index: 0,
        kind: 'video',
        codec: 'hevc',
        language: 'pt-BR',
        default: true,
        attachedPicture: false,
        pixelFormat: 'yuv420p10le',
        transfer: 'smpte2084',
        width: 320,
        height: 180,
        fps: 29.97,
        rotation: 90,
      },
      {
        ...{ index: 1, kind: 'audio', codec: 'aac', language: 'zh-Hans', sampleRate: 44_100, mono: true },
        ...{ default: false, attachedPicture: false },
      },
      { index: 2, kind: 'subtitle', codec: 'subrip', default: true, attachedPicture: false },
      { index: 3, kind: 'other', codec: 'tmcd', language: 'eng', default: false, attachedPicture: false },
      {
        index: 4,
        kind: 'video',
        codec: 'mjpeg',
        default: false,
        attachedPicture: true,
        pixelFormat: 'yuvj444p',
        width: 640,
        height: 480,
      },
    ]);
    expect(filmStreams(facts).map(({ index }) => index)).toEqual([0]);
  });

  it('is read from older builds, which print otherwise', () => {
    const facts = parseContainerFacts([
      "Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'x.mov':",
      '  Duration: N/A, bitrate: N/A',
      '    Stream #0:0(eng): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 320x240 [SAR 1:1 DAR 4:3], 295 kb/s, 25 fps, 25 tbr, 30k tbn, 50 tbc (default)',
      '    Metadata:',
      '      rotate          : 270',
    ])!;
    expect(facts.durationSec).toBeUndefined();
    expect(facts.streams[0]).toMatchObject({ language: 'eng', rotation: 270, pixelFormat: 'yuv420p' });
  });

  it('is nothing where no input was opened', () => {
    expect(parseContainerFacts(['x.mp4: Invalid data found when processing input'])).toBeUndefined();
  });

  it('of any content is read', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom(...printed));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const facts = parseContainerFacts(lines);
        for (const stream of facts?.streams ?? []) expect(stream.index).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('tells drop-frame timecodes by their last sign', () => {
    expect([isDropFrame('01:00:00;00'), isDropFrame('01:00:00.00'), isDropFrame('01:00:00:00')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("puts times on the player's clock", () => {
    const mp4 = { container: 'mov,mp4', startSec: 0, streams: [] };
    expect(onPlayersClock(mp4, 1.5)).toBe(1.5);
    const stream = { container: 'mpegts', startSec: 1.4, streams: [] };
    expect(onPlayersClock(stream, 2.9)).toBeCloseTo(1.5);
    expect(onPlayersClock(stream, 1.4)).toBe(0);
  });
});
