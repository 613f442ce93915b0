import { useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextInput } from '../../ui/Field.tsx';

export interface NameDialogProps {
  readonly title: string;
  readonly name: string;
  readonly action: string;
  readonly onNamed: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks for a name. */
export function NameDialog({ title, name, action, onNamed, onClose }: NameDialogProps) {
  const [typed, setTyped] = useState(name);
  const wanted = typed.trim();
  const take = (): void => {
    if (wanted === '') return;
    onClose();
    onNamed(wanted);
  };
  return (
    <Dialog
      title={title}
      open
      onClose={onClose}
      actions={
        <Button look="primary" disabled={wanted === ''} onClick={take}>
          {action}
        </Button>
      }
    >
      <TextInput
        aria-label={title}
        value={typed}
        maxLength={200}
        autoFocus
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          // The key is done with: the button that takes the focus back must not be pressed by it.
          event.preventDefault();
          take();
        }}
      />
    </Dialog>
  );
}
