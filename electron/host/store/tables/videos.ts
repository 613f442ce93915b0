import type { LibraryVideo, StoredError } from '../../contract/library.ts';
import { jsonOf, numberOf, optionalJson, optionalText, textOf } from '../database.ts';
import type { Database, Row } from '../database.ts';

/** A video without its subtitles, which have a table of their own. */
type VideoRow = Omit<LibraryVideo, 'subtitles'>;

/** All videos of the library, oldest first. */
export function listVideos(database: Database): LibraryVideo[] {
  const subtitles = Map.groupBy(database.all('SELECT * FROM subtitles ORDER BY rowid'), (row) =>
    textOf(row, 'video_id'),
  );
  return database
    .all('SELECT * FROM videos ORDER BY added_at_ms, rowid')
    .map((row) => videoOf(row, subtitles.get(textOf(row, 'id')) ?? []));
}

export function findVideo(database: Database, { id }: { readonly id: string }): LibraryVideo | undefined {
  return readVideo(database, database.get('SELECT * FROM videos WHERE id = :id', { id }));
}

export function findVideoByPath(
  database: Database,
  { path }: { readonly path: string },
): LibraryVideo | undefined {
  return readVideo(database, database.get('SELECT * FROM videos WHERE path = :path', { path }));
}

/** Videos with this content, oldest first. */
export function findVideosByContent(
  database: Database,
  { contentId }: { readonly contentId: string },
): LibraryVideo[] {
  return database
    .all('SELECT * FROM videos WHERE content_id = :contentId ORDER BY added_at_ms, rowid', { contentId })
    .flatMap((row) => readVideo(database, row) ?? []);
}

/** Adds a video, or overwrites what is known of it; its subtitles stay. */
export function saveVideo(database: Database, video: VideoRow): LibraryVideo {
  database.run(
    `INSERT INTO videos (id, path, name, bytes, added_at_ms, content_id, state, error, picture, playback)
     VALUES (:id, :path, :name, :bytes, :addedAtMs, :contentId, :state, :error, :picture, :playback)
     ON CONFLICT (id) DO UPDATE SET path = :path, name = :name, bytes = :bytes,
       content_id = :contentId, state = :state, error = :error,
       picture = :picture, playback = :playback`,
    {
      id: video.id,
      path: video.path,
      name: video.name,
      bytes: video.bytes,
      addedAtMs: video.addedAtMs,
      contentId: video.contentId,
      state: video.state,
      error: jsonOf(video.error),
      picture: jsonOf(video.picture),
      playback: video.playback,
    },
  );
  return findVideo(database, video) ?? { ...video, subtitles: [] };
}

/** Adds subtitles to a video; the same file is not added twice, but read in the encoding that was named last. */
export function addSubtitles(
  database: Database,
  added: {
    readonly id: string;
    readonly videoId: string;
    readonly label: string;
    readonly path: string;
    readonly encoding?: string | undefined;
  },
): LibraryVideo | undefined {
  const { id, videoId, label, path, encoding = null } = added;
  database.run(
    `INSERT OR IGNORE INTO subtitles (id, video_id, label, path)
     SELECT :id, :videoId, :label, :path
     WHERE NOT EXISTS (SELECT 1 FROM subtitles WHERE video_id = :videoId AND path = :path)`,
    { id, videoId, label, path },
  );
  database.run('UPDATE subtitles SET encoding = :encoding WHERE video_id = :videoId AND path = :path', {
    ...{ encoding, videoId, path },
  });
  return findVideo(database, { id: videoId });
}

/** Makes these the subtitles that were taken out of a video, all of which lie in one folder; those known already stay. */
export function setEmbeddedSubtitles(
  database: Database,
  embedded: {
    readonly videoId: string;
    readonly folder: string;
    readonly tracks: readonly { readonly id: string; readonly label: string; readonly path: string }[];
  },
): LibraryVideo | undefined {
  const { videoId, folder, tracks } = embedded;
  const known = database.all('SELECT id, path FROM subtitles WHERE video_id = :videoId', { videoId });
  for (const row of known) {
    const path = textOf(row, 'path');
    const gone = path.startsWith(folder) && !tracks.some((track) => track.path === path);
    if (gone) database.run('DELETE FROM subtitles WHERE id = :id', { id: textOf(row, 'id') });
  }
  for (const track of tracks) addSubtitles(database, { ...track, videoId });
  return findVideo(database, { id: videoId });
}

function readVideo(database: Database, row: Row | undefined): LibraryVideo | undefined {
  if (row === undefined) return undefined;
  const id = textOf(row, 'id');
  return videoOf(row, database.all('SELECT * FROM subtitles WHERE video_id = :id ORDER BY rowid', { id }));
}

function videoOf(row: Row, subtitles: readonly Row[]): LibraryVideo {
  return {
    id: textOf(row, 'id'),
    path: textOf(row, 'path'),
    name: textOf(row, 'name'),
    bytes: numberOf(row, 'bytes'),
    addedAtMs: numberOf(row, 'added_at_ms'),
    ...optionalText(row, 'content_id', 'contentId'),
    state: textOf(row, 'state') as LibraryVideo['state'],
    ...optionalJson<StoredError, 'error'>(row, 'error', 'error'),
    ...optionalJson<NonNullable<LibraryVideo['picture']>, 'picture'>(row, 'picture', 'picture'),
    playback: textOf(row, 'playback') as LibraryVideo['playback'],
    subtitles: subtitles.map((subtitle) => ({
      id: textOf(subtitle, 'id'),
      label: textOf(subtitle, 'label'),
      path: textOf(subtitle, 'path'),
      ...(subtitle['encoding'] !== null && { encoding: textOf(subtitle, 'encoding') }),
    })),
  };
}
