import { FolderInput, FolderOpen, Library } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { DownloadableModel } from '../../electron/host/contract/models.ts';
import { addModelFolder, moveModels } from '../app/actions/model-actions.ts';
import { JobRow } from '../app/frame/JobRow.tsx';
import { isOver, jobsInOrder } from '../app/library/selectors.ts';
import { useApp, useLibrary } from '../app/use-app.ts';
import { catalogueTexts } from '../catalogue/texts.ts';
import { Button } from '../ui/Button.tsx';
import { Page } from '../ui/Page.tsx';
import { DeviceSection } from './DeviceSection.tsx';
import { DownloadCard } from './DownloadCard.tsx';
import { DownloadOrigin } from './DownloadOrigin.tsx';
import { ModelCard } from './ModelCard.tsx';
import { modelTexts } from './texts.ts';
import { UnfinishedDownloads } from './UnfinishedDownloads.tsx';
import { useDownloads } from './use-downloads.ts';
import styles from './ModelsPage.module.css';

/** The models that there are, how to get others, and what they run on. */
export function ModelsPage() {
  const app = useApp();
  const models = useLibrary((state) => state.models);
  const jobs = jobsInOrder(useLibrary((state) => state.jobs)).filter(
    (job) => job.kind.endsWith('model') || job.kind === 'move-models',
  );
  const [downloadable, setDownloadable] = useState<readonly DownloadableModel[]>([]);
  const { unfinished, tokens, refresh, setTokens } = useDownloads();
  useEffect(() => {
    void app.attempt(app.call('modelsList', {})).then((list) => setDownloadable(list?.downloadable ?? []));
  }, [app]);
  return (
    <Page
      title={modelTexts.title}
      back={modelTexts.back}
      onBack={() => app.workspace.setState({ page: 'workspace' })}
    >
      <div className={styles.columns}>
        <div className={styles.column}>
          <section className={styles.section}>
            <h2 className={styles.heading}>{modelTexts.installed}</h2>
            {models.length === 0 && <p className={styles.text}>{modelTexts.none}</p>}
            {models.map((model) => (
              <ModelCard key={model.id} model={model} />
            ))}
            <div className={styles.buttons}>
              <Button
                icon={<FolderOpen size={15} aria-hidden="true" />}
                onClick={() => void addModelFolder(app)}
              >
                {modelTexts.chooseFolder}
              </Button>
              <Button
                look="quiet"
                icon={<FolderInput size={15} aria-hidden="true" />}
                onClick={() => void moveModels(app)}
              >
                {modelTexts.moveFolder}
              </Button>
            </div>
            <p className={styles.text}>{modelTexts.fromFolderText}</p>
          </section>
          {jobs.some((job) => !isOver(job) || job.state === 'failed') && (
            <section className={styles.section}>
              <h2 className={styles.heading}>{modelTexts.jobs}</h2>
              <ul className={styles.jobs}>
                {jobs
                  .filter((job) => !isOver(job) || job.state === 'failed')
                  .map((job) => (
                    <JobRow key={job.id} job={job} />
                  ))}
              </ul>
            </section>
          )}
          {unfinished.length > 0 && (
            <section className={styles.section}>
              <UnfinishedDownloads unfinished={unfinished} onRemoved={refresh} />
            </section>
          )}
          <section className={styles.section}>
            <h2 className={styles.heading}>{modelTexts.available}</h2>
            <p className={styles.text}>{modelTexts.availableText}</p>
            <div className={styles.buttons}>
              <Button
                icon={<Library size={15} aria-hidden="true" />}
                onClick={() => app.workspace.setState({ page: 'catalogue' })}
              >
                {catalogueTexts.open}
              </Button>
            </div>
            <DownloadOrigin tokens={tokens} onTokens={setTokens} onAddress={refresh} />
            {downloadable.map((each) => (
              <DownloadCard key={each.key} model={each} />
            ))}
          </section>
        </div>
        <div className={styles.column}>
          <DeviceSection />
        </div>
      </div>
    </Page>
  );
}
