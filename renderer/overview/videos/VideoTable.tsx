import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { Project, VideoStatus as SaidStatus } from '../../../electron/host/contract/library.ts';
import { showVideo } from '../../app/actions/show-video.ts';
import { projectVideos, runsNewestFirst, shownAnnotations } from '../../app/library/selectors.ts';
import { useApp, useLibrary } from '../../app/use-app.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { Button } from '../../ui/Button.tsx';
import type { DrawnColumn } from '../table/DataTable.tsx';
import { OverviewTable } from '../table/OverviewTable.tsx';
import { sortRows } from '../table/sort-rows.ts';
import { useTable } from '../table/use-table.ts';
import { overviewTexts } from '../texts.ts';
import { FilterSelect } from '../FilterSelect.tsx';
import { filterVideos, videoRows } from './video-rows.ts';
import type { VideoRow, VideoStatus } from './video-rows.ts';

const texts = overviewTexts.videos;
const titles = overviewTexts.columns;
const statuses = ['untouched', 'begun', 'decided', 'done', 'skipped'] as const;

const columns: readonly DrawnColumn<VideoRow>[] = [
  { id: 'name', title: titles.name, width: 'minmax(180px, 3fr)', valueOf: ({ video }) => video.name },
  {
    id: 'length',
    title: titles.length,
    width: '96px',
    isNumber: true,
    valueOf: ({ video }) => video.picture?.durationSec,
    draw: ({ video }) => video.picture && formatSeconds(video.picture.durationSec, 1),
  },
  { id: 'moments', title: titles.moments, width: '90px', isNumber: true, valueOf: ({ moments }) => moments },
  {
    id: 'decided',
    title: titles.decided,
    width: '90px',
    isNumber: true,
    valueOf: ({ moments, open }) => moments - open,
  },
  { id: 'open', title: titles.open, width: '80px', isNumber: true, valueOf: ({ open }) => open },
  { id: 'questions', title: titles.questions, width: '90px', isNumber: true, valueOf: ({ runs }) => runs },
  { id: 'status', title: titles.status, width: '130px', valueOf: ({ status }) => texts.statuses[status] },
];

/** All videos of the project, with how far the work on each is. */
export function VideoTable({ project }: { readonly project: Project }) {
  const app = useApp();
  const videos = useLibrary((state) => state.videos);
  const runs = runsNewestFirst(useLibrary((state) => state.runs));
  const annotations = useLibrary(shownAnnotations);
  const words = useStore(app.overview, (state) => state.videoWords);
  const { sorting, selection, onSort, onSelect } = useTable('videos');
  const rows = useMemo(
    () => videoRows(project, projectVideos(videos, project), annotations.all(), runs),
    [project, videos, annotations, runs],
  );
  const wanted = useStore(app.overview, (state) => state.videoStatus);
  const shown = useMemo(
    () => sortRows(filterVideos(rows, words, wanted), columns, sorting),
    [rows, words, wanted, sorting],
  );
  const mark = (status: SaidStatus | null): true => {
    const videoIds = [...selection.ids];
    if (videoIds.length > 0)
      void app.attempt(app.call('projectsMarkVideo', { id: project.id, videoIds, status }));
    return true;
  };
  const onKey = (key: string): boolean => {
    if (key === 'd') return mark('done');
    if (key === 's') return mark('skipped');
    return key === 'u' && mark(null);
  };
  const disabled = selection.ids.size === 0;
  return (
    <OverviewTable
      words={words}
      onWords={(videoWords) => app.overview.setState({ videoWords })}
      all={rows.length}
      counted={texts.shown}
      filters={
        <FilterSelect
          label={titles.status}
          value={wanted}
          options={statuses.map((value) => ({ value, label: texts.statuses[value] }))}
          onChange={(videoStatus) => app.overview.setState({ videoStatus: videoStatus as VideoStatus | '' })}
        />
      }
      actions={
        <>
          <Button small disabled={disabled} onClick={() => mark('done')}>
            {texts.done}
          </Button>
          <Button small disabled={disabled} onClick={() => mark('skipped')}>
            {texts.skip}
          </Button>
          <Button small look="quiet" disabled={disabled} onClick={() => mark(null)}>
            {texts.reset}
          </Button>
        </>
      }
      name={`${project.name} ${overviewTexts.tabs.videos}`}
      label={texts.label}
      columns={columns}
      rows={shown}
      {...{ sorting, selection, onSort, onSelect, onKey }}
      onOpen={({ id }) => showVideo(app, id)}
      whenEmpty={texts.none}
      keys={texts.keys}
    />
  );
}
