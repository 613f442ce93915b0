import { expect, test } from 'vitest';
import { unpatchedReason } from '../../../native-models/media/ffmpeg-releases.ts';
import { ffmpegWheels } from '../../packaging/ffmpeg-wheels.ts';

test.each(Object.entries(ffmpegWheels))(
  'the FFmpeg of the installer for %s is a patched release',
  (_, wheel) => {
    const release = /-v([\d.]+?)(?:\.exe)?\$$/.exec(wheel.libraries.source.replaceAll('\\', ''))?.[1];
    expect(release).toMatch(/^\d+\.\d+/);
    expect(unpatchedReason(release ?? '')).toBeUndefined();
  },
);
