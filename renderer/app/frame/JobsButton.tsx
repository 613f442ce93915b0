import { Popover } from '@base-ui/react/popover';
import { Activity } from 'lucide-react';
import { IconButton } from '../../ui/IconButton.tsx';
import { isOver, jobsInOrder } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { useLibrary } from '../use-app.ts';
import { JobRow } from './JobRow.tsx';
import styles from './JobsButton.module.css';

/** What goes on in the background. */
export function JobsButton() {
  const jobs = jobsInOrder(useLibrary((state) => state.jobs));
  const active = jobs.filter((job) => !isOver(job)).length;
  return (
    <Popover.Root>
      <Popover.Trigger
        render={
          <IconButton label={appTexts.jobs} count={active} icon={<Activity size={16} aria-hidden="true" />} />
        }
      />
      <Popover.Portal>
        <Popover.Positioner align="end" sideOffset={6} collisionPadding={8} className={styles.positioner}>
          <Popover.Popup className={styles.popup}>
            <Popover.Title className={styles.title}>{appTexts.jobs}</Popover.Title>
            {jobs.length === 0 ? (
              <p className={styles.none}>{appTexts.noJobs}</p>
            ) : (
              <ul className={styles.list}>
                {jobs.map((job) => (
                  <JobRow key={job.id} job={job} />
                ))}
              </ul>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
