import { useMemo } from 'react';
import type { LibraryVideo } from '../../../electron/host/contract/library.ts';
import { keepChapters } from '../../app/actions/keep-parts.ts';
import { useApp } from '../../app/use-app.ts';
import { chapterTitle } from '../../timeline/build-tracks.ts';
import { sessionTexts } from '../texts.ts';
import { TimedList } from './TimedList.tsx';

/** The chapters of a video: searched, gone to, and made moments of. */
export function ChapterList({ video }: { readonly video: LibraryVideo }) {
  const app = useApp();
  const chapters = video.picture?.chapters;
  const lines = useMemo(
    () =>
      (chapters ?? []).map((chapter, index) => ({
        ...{ startSec: chapter.startSec, endSec: chapter.endSec, chapter },
        text: chapterTitle(chapter, index),
      })),
    [chapters],
  );
  return (
    <TimedList
      lines={lines}
      texts={sessionTexts.chapters}
      onKeep={(found) =>
        keepChapters(
          app,
          video,
          found.map(({ chapter }) => chapter),
        )
      }
    />
  );
}
