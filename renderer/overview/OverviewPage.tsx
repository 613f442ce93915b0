import { useStore } from 'zustand';
import { openProject } from '../app/library/selectors.ts';
import { useApp, useLibrary } from '../app/use-app.ts';
import { Page } from '../ui/Page.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { AgreementPanel } from './agreement/AgreementPanel.tsx';
import { MomentTable } from './moments/MomentTable.tsx';
import { RunTable } from './runs/RunTable.tsx';
import { overviewTexts as texts } from './texts.ts';
import { VideoTable } from './videos/VideoTable.tsx';

/** The whole project: its moments, questions and videos as tables, and who agrees with whom. */
export function OverviewPage() {
  const app = useApp();
  const project = useLibrary(openProject);
  const tab = useStore(app.overview, (state) => state.tab);
  if (project === undefined) return null;
  return (
    <Page
      title={texts.title}
      back={texts.back}
      onBack={() => app.workspace.setState({ page: 'workspace' })}
      layout="fills"
    >
      <Tabs
        label={texts.title}
        current={tab}
        onChange={(next) => app.overview.setState({ tab: next })}
        tabs={[
          { name: 'moments', label: texts.tabs.moments, content: <MomentTable project={project} /> },
          { name: 'runs', label: texts.tabs.runs, content: <RunTable project={project} /> },
          { name: 'videos', label: texts.tabs.videos, content: <VideoTable project={project} /> },
          { name: 'agreement', label: texts.tabs.agreement, content: <AgreementPanel project={project} /> },
        ]}
      />
    </Page>
  );
}
