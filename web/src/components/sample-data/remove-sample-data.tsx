import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useMay } from '../../lib/api/me.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/dialog.tsx';
import { useSampleData } from './use-sample-data.ts';

export function RemoveSampleData() {
  const [open, setOpen] = useState(false);
  const { state, remove } = useSampleData(true);
  const navigate = useNavigate();
  const mayRemove = useMay('sample_data.manage');
  const removing = state?.state === 'removing';
  const gone = state?.state === 'absent' && remove.isSuccess;
  useEffect(() => {
    if (!gone) return;
    setOpen(false);
    void navigate({ to: '/', search: {} });
  }, [gone, navigate]);
  if (!mayRemove) return null;
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        Remove sample data
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Remove the sample data?"
        consequence="The demo project goes, with all of its generated records. Your own projects are not touched, and it can be loaded again."
        action="Remove sample data"
        pending={remove.isPending || removing}
        error={remove.error?.message}
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}
