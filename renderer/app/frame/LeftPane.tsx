import { Plus } from 'lucide-react';
import { RunList } from '../../session/runs/RunList.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { addVideos } from '../actions/video-actions.ts';
import { projectVideos, openProject } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { useApp, useLibrary, useWorkspace } from '../use-app.ts';
import { VideoList } from './VideoList.tsx';

/** The library: videos of the project, and what was asked. */
export function LeftPane() {
  const app = useApp();
  const tab = useWorkspace((state) => state.leftTab);
  const videos = useLibrary((state) => projectVideos(state.videos, openProject(state)));
  const runCount = useLibrary((state) => Object.keys(state.runs).length);
  return (
    <Tabs
      label={appTexts.leftPane}
      current={tab}
      onChange={(leftTab) => app.workspace.setState({ leftTab })}
      tabs={[
        {
          name: 'videos',
          label: appTexts.videos,
          count: videos.length,
          content: <VideoList videos={videos} />,
        },
        { name: 'runs', label: appTexts.runs, count: runCount, content: <RunList /> },
      ]}
      extra={
        <IconButton
          label={appTexts.addVideosHere}
          icon={<Plus size={16} aria-hidden="true" />}
          onClick={() => void addVideos(app)}
        />
      }
    />
  );
}
