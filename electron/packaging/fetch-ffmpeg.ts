import path from 'node:path';
import { parseArgs } from 'node:util';
import { programPath } from '../host/paths.ts';
import { bringFfmpeg, broughtFfmpegFolder } from './bring-ffmpeg.ts';

// Before electron-builder: brings the FFmpeg that installers take along. For this machine's system and processor unless told.
const { values } = parseArgs({ options: { platform: { type: 'string' }, arch: { type: 'string' } } });
const target = `${values.platform ?? process.platform}-${values.arch ?? process.arch}`;
const program = await bringFfmpeg(target, path.join(programPath, broughtFfmpegFolder), {
  signal: new AbortController().signal,
});
process.stdout.write(`${program}\n`);
