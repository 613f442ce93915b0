import type { PinnedWheel } from '../host/devices/device-parts.ts';

/**
 * The build of FFmpeg in installers, per platform and processor as Node names them: of the wheels of imageio-ffmpeg, which
 * follows FFmpeg's releases, has one for each system and is looked after by the imageio project. Its programs are GPL 3 and
 * have no part that may not be passed on. A file's own name says which release it is.
 */
export const ffmpegWheels: Readonly<Record<string, PinnedWheel>> = {
  'linux-x64': {
    ...{ project: 'imageio-ffmpeg', libraries: /^ffmpeg-linux-x86_64-v9\.0\.2$/ },
    file: 'imageio_ffmpeg-0.8.1-py3-none-manylinux_2_28_x86_64.whl',
    bytes: 67_998_402,
    sha256: '050d6850601c3b3890bd2b28306f3b842b3daea390a561101174375a1c460bda',
  },
  'linux-arm64': {
    ...{ project: 'imageio-ffmpeg', libraries: /^ffmpeg-linux-aarch64-v9\.0\.2$/ },
    file: 'imageio_ffmpeg-0.8.1-py3-none-manylinux_2_28_aarch64.whl',
    bytes: 60_956_631,
    sha256: 'fad3176f859b25869e60a8ed79957d4e3ed74a97a95e5f0cdcb91455f6c6d00e',
  },
  'win32-x64': {
    ...{ project: 'imageio-ffmpeg', libraries: /^ffmpeg-win-x86_64-v9\.0\.2\.exe$/ },
    file: 'imageio_ffmpeg-0.8.1-py3-none-win_amd64.whl',
    bytes: 38_893_483,
    sha256: 'f27ca4cb85e2d4946deedbce1a81245dfd942a2bcf94b53676fb3956aa95bf1b',
  },
  'win32-arm64': {
    ...{ project: 'imageio-ffmpeg', libraries: /^ffmpeg-win-aarch64-v9\.0\.1\.exe$/ },
    file: 'imageio_ffmpeg-0.8.1-py3-none-win_arm64.whl',
    bytes: 37_499_681,
    sha256: '0b7079e63dc34f97e43db5a5b7b9efb85edc1c6623313e0a4a17ebc7c2ce7a51',
  },
  'darwin-x64': {
    ...{ project: 'imageio-ffmpeg', libraries: /^ffmpeg-macos-x86_64-v9\.0\.2$/ },
    file: 'imageio_ffmpeg-0.8.1-py3-none-macosx_10_13_x86_64.whl',
    bytes: 26_974_382,
    sha256: '9538a10e598257263b5de1a1c1b86e7603417bc219245b1e279b452e5e48cc20',
  },
  'darwin-arm64': {
    ...{ project: 'imageio-ffmpeg', libraries: /^ffmpeg-macos-aarch64-v9\.0$/ },
    file: 'imageio_ffmpeg-0.8.1-py3-none-macosx_12_0_arm64.whl',
    bytes: 22_625_474,
    sha256: '5636d691e36e5274b13fe38182b1f627b2e35dcecc63944012c2470f9484fc45',
  },
};
