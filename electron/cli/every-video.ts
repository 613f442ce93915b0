import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { fileEndings } from '../host/contract/file-endings.ts';

/** The files of a list in which folders stand for every video in them, by name. @throws EngineError VIDEO_NOT_FOUND of a folder without any */
export async function everyVideo(given: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const each of given) {
    const folder = await stat(each).catch(() => undefined);
    if (folder?.isDirectory() !== true) found.push(each);
    else found.push(...(await videosIn(each)));
  }
  return found;
}

async function videosIn(folder: string): Promise<string[]> {
  const endings: readonly string[] = fileEndings.video;
  const names = (await readdir(folder)).filter((name) =>
    endings.includes(path.extname(name).slice(1).toLowerCase()),
  );
  if (names.length === 0) throw new EngineError('VIDEO_NOT_FOUND', `${folder} has no video in it.`);
  return names.sort().map((name) => path.join(folder, name));
}
