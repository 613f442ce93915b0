import { MessageSquareText } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { loadOlderRuns } from '../../app/actions/run-actions.ts';
import { runsNewestFirst } from '../../app/library/selectors.ts';
import { useApp, useLibrary, useWorkspace } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { Choice } from '../../ui/Choice.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { SearchInput } from '../../ui/Field.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { sessionTexts } from '../texts.ts';
import { filterRuns } from './filter-runs.ts';
import { RunRow } from './RunRow.tsx';
import styles from './RunList.module.css';

const texts = sessionTexts.history;
const rowHeight = 68;

/** The history of questions, newest first. */
export function RunList() {
  const app = useApp();
  const all = runsNewestFirst(useLibrary((state) => state.runs));
  const more = useLibrary((state) => state.moreRuns);
  const videoId = useWorkspace((state) => state.videoId);
  const [scope, setScope] = useState<'all' | 'thisVideo'>('all');
  const [search, setSearch] = useState('');
  const wanted = useDeferredValue(search);
  const runs = filterRuns(all, { videoId: scope === 'all' ? null : videoId, words: wanted });
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
        <SearchInput label={texts.search} words={search} onWords={setSearch} />
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
      <VirtualList
        label={texts.list}
        items={runs}
        keyOf={({ id }) => id}
        rowHeight={rowHeight}
        measured
        row={(run) => <RunRow run={run} withVideo={scope === 'all'} />}
        whenEmpty={texts.noneFound}
        after={
          more && (
            <Button small look="quiet" onClick={() => void loadOlderRuns(app)}>
              {texts.older}
            </Button>
          )
        }
      />
    </>
  );
}
