/**
 * Containers and codecs that are opened, by ffmpeg's names; a build has some four hundred of each, most of them for files that
 * nobody has met in years, and some that make ffmpeg open other files (playlists, lists, image sequences, filter graphs). The
 * rest is refused by name; {@link allowVariable} lets more through.
 */
const containers = [
  ...[
    'mov',
    'matroska',
    'webm',
    'avi',
    'mpegts',
    'mpeg',
    'mpegvideo',
    'flv',
    'ogg',
    'asf',
    'mxf',
    'dv',
    'ivf',
    'nut',
  ],
  ...['h264', 'hevc', 'vvc', 'obu', 'm4v', 'vc1', 'yuv4mpegpipe', 'mjpeg', 'gif', 'apng', 'rm', 'wtv'],
  // Single pictures, which are videos of one frame.
  ...['png_pipe', 'jpeg_pipe'],
  // Sound alone: opened to be told that it has no pictures.
  ...['wav', 'mp3', 'flac', 'aac', 'aiff', 'w64'],
];

const videoCodecs = [
  ...[
    'h264',
    'hevc',
    'vvc',
    'av1',
    'libdav1d',
    'libaom-av1',
    'vp8',
    'vp9',
    'libvpx',
    'libvpx-vp9',
    'vp6',
    'vp6f',
    'vp6a',
  ],
  ...[
    'mpeg1video',
    'mpeg2video',
    'mpegvideo',
    'mpeg4',
    'msmpeg4v1',
    'msmpeg4v2',
    'msmpeg4',
    'h263',
    'h263i',
    'h263p',
    'flv',
  ],
  ...[
    'theora',
    'wmv1',
    'wmv2',
    'wmv3',
    'vc1',
    'rv10',
    'rv20',
    'rv30',
    'rv40',
    'svq1',
    'svq3',
    'cinepak',
    'indeo3',
    'qtrle',
  ],
  ...[
    'mjpeg',
    'png',
    'apng',
    'gif',
    'jpeg2000',
    'libopenjpeg',
    'dvvideo',
    'prores',
    'dnxhd',
    'cfhd',
    'hap',
    'rawvideo',
  ],
  ...[
    'v210',
    'v308',
    'v408',
    'v410',
    'r210',
    'ffv1',
    'huffyuv',
    'ffvhuff',
    'utvideo',

    'lagarith',
    'wrapped_avframe',
  ],
];

const soundCodecs = [
  ...[
    'aac',
    'aac_fixed',
    'aac_latm',
    'libfdk_aac',
    'mp1',
    'mp1float',
    'mp2',
    'mp2float',
    'mp3',
    'mp3float',
    'ac3',
    'ac3_fixed',
  ],
  ...[
    'eac3',
    'dca',
    'truehd',
    'mlp',
    'opus',
    'libopus',
    'vorbis',
    'libvorbis',
    'flac',
    'alac',
    'wmav1',
    'wmav2',
    'wmapro',
  ],
  ...[
    'amrnb',
    'amrwb',
    'libopencore_amrnb',
    'libopencore_amrwb',
    'cook',
    'ra_144',
    'ra_288',
    'gsm',
    'gsm_ms',
    'speex',
    'libspeex',
  ],
  ...[
    'adpcm_ms',
    'adpcm_ima_wav',
    'adpcm_ima_qt',
    'adpcm_swf',
    'adpcm_yamaha',
    'nellymoser',
    'pcm_alaw',
    'pcm_mulaw',
  ],
  ...[
    'pcm_u8',
    'pcm_s8',
    'pcm_s16le',
    'pcm_s16be',
    'pcm_s24le',
    'pcm_s24be',
    'pcm_s32le',
    'pcm_s32be',
    'pcm_f32le',
  ],
  ...['pcm_f32be', 'pcm_f64le', 'pcm_bluray', 'pcm_dvd', 'pcm_u16le', 's302m'],
];

const subtitleCodecs = ['subrip', 'srt', 'ass', 'ssa', 'webvtt', 'mov_text', 'text'];

/** Names containers and codecs that are opened besides, separated by commas. */
export const allowVariable = 'VIDEOMIND_ALLOW_MEDIA';

/** Options in front of an input: nothing else is opened. */
export function allowedMedia(): string[] {
  const more = (process.env[allowVariable] ?? '').split(',').filter((name) => /^[\w-]+$/.test(name));
  return [
    ...['-format_whitelist', [...containers, ...more].join(',')],
    ...['-codec_whitelist', [...videoCodecs, ...soundCodecs, ...subtitleCodecs, ...more].join(',')],
  ];
}

const refusedContainer = /^\[([^\s@]+) @ [^\]]*\] Format not on whitelist/;
/** Where a container stood in that line, builds from 8 on put the number of the input. */
const inputNumber = /^in#\d+$/;
/** What these builds say where they take a playlist by its name alone. */
const unusedPlaylist = /^Not detecting m3u8\/hls/;
const probedFormat = /\bFormat (\S+) probed\b/;
const refusedCodec = /Codec \(([^)]+)\) not on whitelist/;

/** What such files are, where a name says nothing. */
const kinds: Readonly<Record<string, string>> = {
  hls: 'an HLS playlist, which names other files',
  concat: 'a list of other files (ffconcat)',
  dash: 'a DASH playlist, which names other files',
  imf: 'an IMF list, which names other files',
};

/** ffmpeg would draw any text file as a terminal: that is no kind of video. */
const textAsPictures = 'tty';

/** True where ffmpeg refused a container and did not say which: the log of everything, asked for then, has it. */
export function refusedUnnamed(log: readonly string[]): boolean {
  return log.some((line) => inputNumber.test(refusedContainer.exec(line)?.[1] ?? ''));
}

/**
 * What ffmpeg refused of a file, in words; undefined where it refused nothing.
 * @param log of everything where {@link refusedUnnamed}
 */
export function refusedMedia(
  log: readonly string[],
): { readonly what: string; readonly remedy: string } | undefined {
  let probed: string | undefined;
  for (const line of log) {
    probed = probedFormat.exec(line)?.[1] ?? probed;
    const named = unusedPlaylist.test(line) ? 'hls' : refusedContainer.exec(line)?.[1];
    const container = (named !== undefined && inputNumber.test(named) ? probed : named)?.split(',')[0];
    const codec = container === undefined ? refusedCodec.exec(line)?.[1] : undefined;
    const name = container ?? codec;
    if (name === undefined || name === textAsPictures) continue;
    const what =
      container === undefined ? `coded as ${name}` : (kinds[name] ?? `a file of the kind "${name}"`);
    return {
      what: `${what}, which is not opened`.replace(
        ', which names other files, which',
        ' that names other files, which',
      ),
      remedy: `Convert it with a tool that you trust, or set ${allowVariable}=${name} if you know where it comes from.`,
    };
  }
  return undefined;
}
