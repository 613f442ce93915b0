import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { LibraryVideo, SubtitleLine } from '../../../electron/host/contract/library.ts';
import { keepLines } from '../../app/actions/keep-parts.ts';
import { useApp } from '../../app/use-app.ts';
import { Select } from '../../ui/Select.tsx';
import { sessionTexts } from '../texts.ts';
import { TimedList } from './TimedList.tsx';

const texts = sessionTexts.lines;
const noLines: readonly SubtitleLine[] = [];

/** What is said in a video, line by line: searched, and gone to by a click; the line that is said now is marked. */
export function SubtitleLines({ video }: { readonly video: LibraryVideo }) {
  const app = useApp();
  const shownId = useStore(app.player, (state) => state.subtitlesId);
  const [chosenId, setChosenId] = useState<string>();
  const file = [chosenId, shownId]
    .map((id) => video.subtitles.find((each) => each.id === id))
    .find((each) => each !== undefined);
  const subtitles = file ?? video.subtitles[0];
  const lines = useLines(video.id, subtitles);
  return (
    <TimedList
      lines={typeof lines === 'string' ? noLines : lines}
      texts={texts}
      note={typeof lines === 'string' ? texts[lines] : undefined}
      choice={
        video.subtitles.length > 1 && (
          <Select
            label={texts.file}
            value={subtitles?.id ?? ''}
            options={video.subtitles.map(({ id, label }) => ({ value: id, label }))}
            onChange={setChosenId}
          />
        )
      }
      onKeep={(found) => keepLines(app, video, subtitles?.label ?? '', found)}
    />
  );
}

/** The lines of a file of subtitles, read anew when it is read otherwise. */
function useLines(
  videoId: string,
  subtitles: LibraryVideo['subtitles'][number] | undefined,
): readonly SubtitleLine[] | 'reading' | 'unread' {
  const app = useApp();
  const [read, setRead] = useState<{
    readonly key: string;
    readonly lines: readonly SubtitleLine[] | 'unread';
  }>();
  const subtitlesId = subtitles?.id;
  const key = JSON.stringify([videoId, subtitles]);
  useEffect(() => {
    if (subtitlesId === undefined) return undefined;
    let isStale = false;
    void app.attempt(app.call('videosSubtitleLines', { id: videoId, subtitlesId })).then((answer) => {
      if (!isStale) setRead({ key, lines: answer?.lines ?? 'unread' });
    });
    return () => {
      isStale = true;
    };
  }, [app, videoId, subtitlesId, key]);
  return read?.key === key ? read.lines : 'reading';
}
