import { ListPlus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { SubtitleLine } from '../../../electron/host/contract/library.ts';
import { useApp } from '../../app/use-app.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { classNames } from '../../ui/class-names.ts';
import { SearchInput } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { findLines, lineAt } from './find-lines.ts';
import styles from './TimedList.module.css';

const rowHeight = 40;

interface TimedListProps<Line extends SubtitleLine> {
  /** By their beginning. */
  readonly lines: readonly Line[];
  readonly texts: {
    readonly list: string;
    readonly search: string;
    readonly none: string;
    readonly keep: string;
    readonly shown: (shown: number, all: number) => string;
  };
  /** Over the search. */
  readonly choice?: ReactNode;
  /** Said in place of how many there are. */
  readonly note?: string | undefined;
  /** Those that are listed are to be kept as moments. */
  readonly onKeep: (lines: readonly Line[]) => void;
}

/** What has words and times in a video, line by line: searched, and gone to by a click; that of now is marked. */
export function TimedList<Line extends SubtitleLine>(props: TimedListProps<Line>) {
  const { lines, texts, choice, note, onKeep } = props;
  const app = useApp();
  const [words, setWords] = useState('');
  const found = findLines(lines, words);
  const nowAt = useStore(app.player, ({ timeSec }) => lineAt(found, timeSec));
  return (
    <>
      <div className={styles.head}>
        {choice}
        <SearchInput label={texts.search} words={words} onWords={setWords} />
        <div className={styles.counted}>
          <span className={styles.count} role="status">
            {note ?? texts.shown(found.length, lines.length)}
          </span>
          <IconButton
            label={texts.keep}
            icon={<ListPlus size={15} />}
            aria-disabled={found.length === 0}
            onClick={() => found.length > 0 && onKeep(found)}
          />
        </div>
      </div>
      <VirtualList
        label={texts.list}
        items={found}
        keyOf={({ startSec, endSec, text }, index) => `${index} ${startSec} ${endSec} ${text}`}
        rowHeight={rowHeight}
        measured
        shownIndex={nowAt}
        row={(line) => (
          <button
            type="button"
            className={classNames(styles.line, line === found[nowAt] && styles.said)}
            aria-current={line === found[nowAt] ? 'true' : undefined}
            onClick={() => {
              app.timeline.actions.reveal(line.startSec);
              app.player.actions.seekToSec(line.startSec);
            }}
          >
            <span className={styles.time}>{formatSeconds(line.startSec, 0)}</span>
            <span>{line.text}</span>
          </button>
        )}
        whenEmpty={note !== undefined || words === '' ? '' : texts.none}
      />
    </>
  );
}
