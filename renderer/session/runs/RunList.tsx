import { useVirtualizer } from '@tanstack/react-virtual';
import { MessageSquareText } from 'lucide-react';
import { useDeferredValue, useRef, useState } from 'react';
import { loadOlderRuns } from '../../app/actions/run-actions.ts';
import { runsNewestFirst } from '../../app/library/selectors.ts';
import { useApp, useLibrary, useWorkspace } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { Choice } from '../../ui/Choice.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { TextInput } from '../../ui/Field.tsx';
import { sessionTexts } from '../texts.ts';
import { filterRuns } from './filter-runs.ts';
import { RunRow } from './RunRow.tsx';
import styles from './RunList.module.css';

const texts = sessionTexts.history;
const rowHeight = 68;

/** The history of questions, newest first. */
export function RunList() {
  'use no memo';
  const app = useApp();
  const all = runsNewestFirst(useLibrary((state) => state.runs));
  const more = useLibrary((state) => state.moreRuns);
  const videoId = useWorkspace((state) => state.videoId);
  const [scope, setScope] = useState<'all' | 'thisVideo'>('all');
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search);
  const runs = filterRuns(all, { videoId: scope === 'all' ? null : videoId, words: wanted });
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  if (all.length === 0) {
    return (
      <EmptyState icon={<MessageSquareText size={28} strokeWidth={1.5} />} title={texts.none}>
        {texts.noneText}
      </EmptyState>
    );
  }
  return (
    <>
      <div className={styles.head}>
        <TextInput
          type="search"
          aria-label={texts.search}
          placeholder={texts.search}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Choice
          label={texts.filter}
          value={scope}
          onChange={setScope}
          options={[
            { value: 'all', label: texts.all },
            { value: 'thisVideo', label: texts.thisVideo },
          ]}
        />
      </div>
      <div ref={scroller} className={styles.scroller}>
        {runs.length === 0 && <p className={styles.none}>{texts.noneFound}</p>}
        <ul aria-label={texts.list} className={styles.list} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const run = runs[row.index];
            return (
              run !== undefined && (
                <li
                  key={run.id}
                  ref={rows.measureElement}
                  data-index={row.index}
                  className={styles.item}
                  style={{ transform: `translateY(${row.start}px)` }}
                >
                  <RunRow run={run} withVideo={scope === 'all'} />
                </li>
              )
            );
          })}
        </ul>
        {more && (
          <Button small look="quiet" onClick={() => void loadOlderRuns(app)}>
            {texts.older}
          </Button>
        )}
      </div>
    </>
  );
}
