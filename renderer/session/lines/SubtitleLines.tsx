import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { LibraryVideo, SubtitleLine } from '../../../electron/host/contract/library.ts';
import { useApp } from '../../app/use-app.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { classNames } from '../../ui/class-names.ts';
import { SearchInput } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { sessionTexts } from '../texts.ts';
import { findLines, lineAt } from './find-lines.ts';
import styles from './SubtitleLines.module.css';

const texts = sessionTexts.lines;
const rowHeight = 40;

/** What is said in a video, line by line: searched, and gone to by a click; the line that is said now is marked. */
export function SubtitleLines({ video }: { readonly video: LibraryVideo }) {
  const app = useApp();
  const shownId = useStore(app.player, (state) => state.subtitlesId);
  const [chosenId, setChosenId] = useState<string>();
  const [words, setWords] = useState('');
  const file = [chosenId, shownId]
    .map((id) => video.subtitles.find((each) => each.id === id))
    .find((each) => each !== undefined);
  const subtitles = file ?? video.subtitles[0];
  const lines = useLines(video.id, subtitles);
  const found = findLines(lines === 'reading' || lines === 'unread' ? [] : lines, words);
  const saidAt = useStore(app.player, ({ timeSec }) => lineAt(found, timeSec));
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        {video.subtitles.length > 1 && (
          <Select
            label={texts.file}
            value={subtitles?.id ?? ''}
            options={video.subtitles.map(({ id, label }) => ({ value: id, label }))}
            onChange={setChosenId}
          />
        )}
        <SearchInput label={texts.search} words={words} onWords={setWords} />
        <span className={styles.count} role="status">
          {typeof lines === 'string' ? texts[lines] : texts.shown(found.length, lines.length)}
        </span>
      </div>
      <VirtualList
        label={texts.list}
        items={found}
        keyOf={({ startSec, endSec, text }, index) => `${index} ${startSec} ${endSec} ${text}`}
        rowHeight={rowHeight}
        measured
        shownIndex={saidAt}
        row={(line) => (
          <button
            type="button"
            className={classNames(styles.line, line === found[saidAt] && styles.said)}
            aria-current={line === found[saidAt] ? 'true' : undefined}
            onClick={() => {
              app.timeline.actions.reveal(line.startSec);
              app.player.actions.seekToSec(line.startSec);
            }}
          >
            <span className={styles.time}>{formatSeconds(line.startSec, 0)}</span>
            <span>{line.text}</span>
          </button>
        )}
        whenEmpty={typeof lines === 'string' || words === '' ? '' : texts.none}
      />
    </div>
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
