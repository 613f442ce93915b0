import { ArrowLeft } from 'lucide-react';
import { useStore } from 'zustand';
import { openProject } from '../app/library/selectors.ts';
import { useApp, useLibrary } from '../app/use-app.ts';
import { Button } from '../ui/Button.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { AgreementPanel } from './agreement/AgreementPanel.tsx';
import { MomentTable } from './moments/MomentTable.tsx';
import { RunTable } from './runs/RunTable.tsx';
import { overviewTexts as texts } from './texts.ts';
import { VideoTable } from './videos/VideoTable.tsx';
import styles from './OverviewPage.module.css';

/** The whole project: its moments, questions and videos as tables, and who agrees with whom. */
export function OverviewPage() {
  const app = useApp();
  const project = useLibrary(openProject);
  const tab = useStore(app.overview, (state) => state.tab);
  if (project === undefined) return null;
  return (
    <main className={styles.page}>
      <header className={styles.header}>
        <Button
          look="quiet"
          icon={<ArrowLeft size={15} aria-hidden="true" />}
          onClick={() => app.workspace.setState({ page: 'workspace' })}
        >
          {texts.back}
        </Button>
        <h1 className={styles.title}>{texts.title}</h1>
      </header>
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
    </main>
  );
}
