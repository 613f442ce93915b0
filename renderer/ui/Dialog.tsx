import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { uiTexts } from './texts.ts';
import styles from './Dialog.module.css';

export interface DialogProps {
  readonly title: string;
  readonly description?: string;
  readonly open: boolean;
  readonly onClose: () => void;
  readonly wide?: boolean;
  /** It is only read: its content takes the focus to be scrolled with the keys. */
  readonly reading?: boolean;
  /** Buttons at its foot. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A window over the window; Escape and a click beside it close it. */
export function Dialog({
  title,
  description,
  open,
  onClose,
  wide = false,
  reading = false,
  actions,
  children,
}: DialogProps) {
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={classNames(styles.popup, wide && styles.wide)}>
          <header className={styles.header}>
            <div>
              <Base.Title className={styles.title}>{title}</Base.Title>
              {description !== undefined && (
                <Base.Description className={styles.description}>{description}</Base.Description>
              )}
            </div>
            <Base.Close className={styles.close} aria-label={uiTexts.close}>
              <X size={16} aria-hidden="true" />
            </Base.Close>
          </header>
          <div className={styles.body} tabIndex={reading ? 0 : undefined}>
            {children}
          </div>
          {actions !== undefined && <footer className={styles.actions}>{actions}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
