import { AskPanel } from '../../session/asking/AskPanel.tsx';
import { ChapterList } from '../../session/lines/ChapterList.tsx';
import { SubtitleLines } from '../../session/lines/SubtitleLines.tsx';
import { ReviewPanel } from '../../session/review/ReviewPanel.tsx';
import { CompareRuns } from '../../session/runs/CompareRuns.tsx';
import { RunPanel } from '../../session/runs/RunPanel.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { isActive } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary, useWorkspace } from '../use-app.ts';

/** The panel of questions: asking, the run that is shown, review, comparison. */
export function RightPane() {
  const app = useApp();
  const tab = useWorkspace((state) => state.rightTab);
  const videoId = useWorkspace((state) => state.videoId);
  const video = useLibrary((state) => (videoId === null ? undefined : state.videos[videoId]));
  const hasLines = video !== undefined && video.subtitles.length > 0;
  const hasChapters = (video?.picture?.chapters?.length ?? 0) > 0;
  const active = useLibrary((state) => Object.values(state.runs).filter(isActive).length);
  return (
    <Tabs
      label={appTexts.rightPane}
      current={(tab === 'lines' && !hasLines) || (tab === 'chapters' && !hasChapters) ? 'ask' : tab}
      onChange={(rightTab) => app.workspace.setState({ rightTab })}
      tabs={[
        { name: 'ask', label: appTexts.ask, count: active, content: <AskPanel /> },
        { name: 'run', label: appTexts.run, content: <RunPanel /> },
        { name: 'review', label: appTexts.review, content: <ReviewPanel /> },
        { name: 'compare', label: appTexts.compare, content: <CompareRuns /> },
        ...(hasLines
          ? [
              {
                ...{ name: 'lines' as const, label: appTexts.lines },
                content: <SubtitleLines key={video.id} video={video} />,
              },
            ]
          : []),
        ...(hasChapters && video !== undefined
          ? [
              {
                ...{ name: 'chapters' as const, label: appTexts.chapters },
                content: <ChapterList key={video.id} video={video} />,
              },
            ]
          : []),
      ]}
    />
  );
}
