import type { StreamDescription, VideoDescription } from '../host/videos/describe-video.ts';
import type { Style } from './terminal.ts';
import { clockTime, labelled, printable, table } from './text-layout.ts';

/** What a video holds, for people. */
export function probeLines(video: VideoDescription, columns: number, style: Style): string[] {
  const { durationSec, startSec, fps, totalFrames, width, height, rotation, timecode } = video;
  const rows: (readonly [string, string])[] = [
    ['Container', video.container],
    ['Length', `${clockTime(durationSec)} (${seconds(durationSec)} s), ${totalFrames} frames`],
    ['Rate', `${seconds(fps)} frames a second`],
    ['Picture', `${width} × ${height}${rotation === 0 ? '' : `, turned by ${rotation}° to stand upright`}`],
    ['Starts at', `${seconds(startSec)} s of the player's clock`],
    ...(timecode === undefined
      ? []
      : [['Timecode', `${timecode.start}, ${timecode.dropFrame ? 'drop' : 'non-drop'} frame`] as const]),
  ];
  const used = (stream: StreamDescription): string => {
    if (stream.index === video.videoStream) return 'used';
    return stream.attachedPicture ? 'cover art' : stream.default ? 'default' : '';
  };
  const streams = table(
    ['Stream', 'Kind', 'Codec', 'Language', ''],
    video.streams.map((stream) => [
      String(stream.index),
      stream.kind,
      printable(stream.codec),
      printable(stream.language ?? ''),
      used(stream),
    ]),
  );
  const [heading = '', ...lines] = streams;
  return [
    style.bold(printable(video.path)),
    ...rows.flatMap(([label, text]) => labelled(label, printable(text), columns)),
    '',
    style.faint(heading),
    ...lines,
  ];
}

/** Frames and their times, for people. */
export function frameTimeLines({ frameTimesSec = [] }: VideoDescription): string[] {
  return table(
    ['Frame', 'Seconds'],
    frameTimesSec.map((timeSec, index) => [String(index), timeSec.toFixed(6)]),
  );
}

function seconds(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
